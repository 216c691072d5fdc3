const GONE = "odoo.exceptions.MissingError";

/**
 * What is read of a person, or something else if the person is gone: for a moment a
 * form may show what the browser remembers of a record.
 *
 * @param {Promise} answer of the server
 * @param {any} otherwise
 * @returns {Promise}
 */
export async function unlessGone(answer, otherwise = null) {
  try {
    return await answer;
  } catch (error) {
    if (error.exceptionName === GONE) {
      return otherwise;
    }
    throw error;
  }
}
