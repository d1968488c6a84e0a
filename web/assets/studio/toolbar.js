// The buttons above the canvas: data-act names what each does.
export function toolbar(acts) {
  for (const button of document.querySelectorAll('[data-act]')) {
    const act = acts[button.dataset.act];
    button.hidden = !act;
    if (act) button.addEventListener('click', act);
  }
}
