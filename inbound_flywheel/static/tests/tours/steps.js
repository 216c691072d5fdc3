import {stepUtils} from "@web_tour/tour_utils";

/**
 * Steps that open the app Flywheel and then one of its menus, as a user does.
 *
 * @param {String} section external id of the menu in the bar
 * @param {String} menu external id of the menu below it
 * @returns {Array} steps
 */
export function openMenu(section, menu) {
  return [
    stepUtils.showAppsMenuItem(),
    {
      content: "Open the app",
      trigger: ".o_app[data-menu-xmlid='inbound_flywheel.menu_root']",
      run: "click",
    },
    {
      content: "Open the section",
      trigger: `.o_menu_sections [data-menu-xmlid='${section}']`,
      run: "click",
    },
    {
      content: "Open the menu",
      trigger: `.o-dropdown--menu [data-menu-xmlid='${menu}']`,
      run: "click",
    },
  ];
}

/**
 * Steps that choose a record in a many2one field by its name.
 *
 * @param {String} field name of the field
 * @param {String} name name of the record
 * @returns {Array} steps
 */
export function chooseRecord(field, name) {
  return [
    {
      trigger: `.o_field_widget[name=${field}] input`,
      run: `edit ${name}`,
    },
    {
      trigger: `.o-autocomplete--dropdown-item a:contains('${name}')`,
      run: "click",
    },
  ];
}

/**
 * @param {Element} element shows a number, in English
 * @returns {Number}
 */
export function numberOf(element) {
  return parseFloat(element.textContent.replaceAll(",", ""));
}

/**
 * @param {String} selector of elements that show numbers
 * @returns {Array} the numbers
 */
export function numbersOf(selector) {
  return [...document.querySelectorAll(selector)].map(numberOf);
}
