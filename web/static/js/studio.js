// Loads the editor of a studio page on a desk, and the picture to read on a small screen.
const frame = document.querySelector('[data-studio]');
const reader = document.getElementById('studio-reader');
if (frame && matchMedia('(min-width: 46.01rem)').matches) import(frame.dataset.studio);
else if (reader) import(JSON.parse(reader.textContent));
