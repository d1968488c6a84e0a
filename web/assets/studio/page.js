// What the server tells an editor's page: the file, addresses, words of the reader's language.
export const page = JSON.parse(document.getElementById('studio-data').textContent);
export const words = page.words;
