/** Icons of the kinds of content. */
export const KIND_ICONS = {
  blog: "fa-file-text-o",
  case: "fa-trophy",
  talk: "fa-comments-o",
  faq: "fa-question-circle-o",
  template: "fa-envelope-o",
  offer: "fa-tag",
  video: "fa-play-circle-o",
  other: "fa-paperclip",
};
