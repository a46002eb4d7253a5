// The files of an answer: chosen, dropped or pasted; sent to the house at once, and listed until the answer takes them along.
import { el, keep, say } from "/page/dom.js";
import { t, size } from "/page/words.js";
import { api, call } from "/page/api.js";

const most = 4 << 20; // bytes of one file, as the house takes them
const lists = new Map(); // by case: what its answer will carry
let shown = null, next = 1, line = Promise.resolve();

/** picker is the button and the list, for the answer of one case. */
export function picker(id) {
	if (!lists.has(id)) lists.set(id, []);
	const input = el("input", { type: "file", id: "file", multiple: true, hidden: true, "aria-label": t("files.add"), onchange: () => { take(input.files); input.value = ""; } });
	shown = { id, list: el("ul.attached", { "aria-label": t("files.attached") }) };
	draw(id);
	return {
		button: el("span.reply-only.later", {}, input, el("button", { type: "button", id: "attach", onclick: () => input.click() }, t("files.add"))),
		list: el("div.reply-only", {}, shown.list),
	};
}

/** attached waits for the files of a case and gives them as an answer names them. It fails while one of them could not be sent. */
export async function attached(id) {
	for (let end = null; end !== line;) await (end = line);
	const list = lists.get(id) || [];
	if (list.some((f) => !f.id)) throw new Error(t("files.failed"));
	const text = document.getElementById("text")?.value || "";
	return list.map((f) => ({ friendlyName: f.name, id: f.id, ...(text.includes(`cid:${f.cid})`) ? { contentId: f.cid } : {}) }));
}

/** carry puts files that the house has already, those of a draft, on the list of a case in place of what was there. */
export function carry(id, files) {
	lists.set(id, files.map((f) => ({ key: next++, name: f.friendlyName, size: 0, file: { type: f.mimeType || "" }, id: f.id, error: "", cid: f.contentId || `${next}@picture.guichet` })));
	draw(id);
}

/** sentOff forgets the files of a case: its answer has them. */
export function sentOff(id) {
	lists.set(id, []);
	draw(id);
}

/** pasted takes what the clipboard holds of files, unless it holds text as well: then the text is what was meant. */
export function pasted(e) {
	if (!e.clipboardData.files.length || e.clipboardData.types.includes("text/plain") || !open()) return;
	e.preventDefault();
	take(e.clipboardData.files);
}

const open = () => shown?.list.isConnected && !shown.list.closest(".reply-only").hidden;

// A file that is dropped anywhere goes to the answer; without an answer it must not replace the page.
const dragged = (e) => [...(e.dataTransfer?.types || [])].includes("Files");
const hint = (on) => document.body.classList.toggle("dropping", Boolean(on && open()));
document.addEventListener("dragover", (e) => { if (dragged(e)) { e.preventDefault(); hint(true); } });
document.addEventListener("dragleave", (e) => { if (!e.relatedTarget) hint(false); });
document.addEventListener("drop", (e) => {
	if (!dragged(e)) return;
	e.preventDefault();
	hint(false);
	if (open()) take(e.dataTransfer.files);
});

function take(files) {
	const id = shown.id, fresh = [...files].map((file) => ({ key: next++, name: short(file.name), size: file.size, file, id: "", error: "", cid: `${Date.now().toString(36)}.${next}@picture.guichet` }));
	lists.get(id).push(...fresh);
	for (const f of fresh) start(id, f);
	if (fresh.length) say(t("files.added", { names: fresh.map((f) => f.name).join(", ") }));
}

const short = (name) => (name.length > 80 ? `${name.slice(0, 40)}…${name.slice(-39)}` : name);

/** start puts a file into the line: one is sent at a time. */
function start(id, f) {
	f.error = f.size > most ? t("files.large", { most: size(most) }) : f.size === 0 ? t("files.empty") : "";
	f.final = f.error !== "";
	draw(id);
	if (!f.final) line = line.then(() => upload(id, f));
}

async function upload(id, f) {
	if (!lists.get(id).includes(f)) return;
	try {
		const out = await call("POST", `${api}/attachments/temporary`, { content: await base64(f.file), mimeType: f.file.type, fileName: f.name }, {}, (path, init) => send(path, init, f));
		f.id = out.id;
	} catch (err) {
		f.error = err.message;
	}
	if (!lists.get(id).includes(f)) return;
	draw(id);
	say(f.id ? t("files.ready", { name: f.name }) : `${f.name}: ${f.error}`);
}

const base64 = (file) => new Promise((done, failed) => {
	const r = new FileReader();
	r.onload = () => done(r.result.slice(r.result.indexOf(",") + 1));
	r.onerror = () => failed(new Error(t("files.unreadable")));
	r.readAsDataURL(file);
});

/** send is fetch with a progress: how far a file is on its way, only the older interface says. */
const send = (path, init, f) => new Promise((done, failed) => {
	const x = f.request = new XMLHttpRequest();
	x.open(init.method, path);
	for (const [k, v] of Object.entries(init.headers)) x.setRequestHeader(k, v);
	x.upload.onprogress = (e) => { if (f.bar && e.lengthComputable) f.bar.value = e.loaded / e.total; };
	x.onload = () => done(new Response(x.responseText, { status: x.status }));
	x.onerror = x.onabort = () => failed(new Error(t("error.network")));
	x.send(init.body);
});

/** within shows a picture in the text, where the cursor is: as Markdown. */
function within(f) {
	const box = document.getElementById("text"), mark = document.getElementById("markdown");
	if (!mark.checked) mark.click();
	box.setRangeText(`![${f.name.replace(/[[\]]/g, "")}](cid:${f.cid})`, box.selectionStart, box.selectionEnd, "end");
	box.dispatchEvent(new Event("input"));
	box.focus();
}

function remove(id, f) {
	const list = lists.get(id), at = list.indexOf(f);
	if (at < 0) return;
	list.splice(at, 1);
	f.request?.abort();
	draw(id);
	say(t("files.removed", { name: f.name }));
	const left = shown.list.querySelectorAll(".remove");
	(left[Math.min(at, left.length - 1)] || document.getElementById("attach"))?.focus();
}

function draw(id) {
	if (shown?.id !== id) return;
	const list = lists.get(id);
	shown.list.hidden = list.length === 0;
	keep(shown.list, list.map((f) => {
		f.bar = !f.id && !f.error && el("progress", { max: "1", "aria-label": t("files.sending", { name: f.name }) });
		return el("li", {}, el("span.name", {}, f.name), f.size > 0 && el("span.small", {}, size(f.size)), f.bar, f.error && el("span.bad", {}, f.error),
			f.error && !f.final && el("button.plain", { type: "button", "data-key": `again-${f.key}`, "aria-label": t("files.again", { name: f.name }), onclick: () => start(id, f) }, "↻"),
			f.file.type.startsWith("image/") && document.getElementById("markdown") && el("button.plain", { type: "button", "data-key": `within-${f.key}`, "aria-label": t("files.within", { name: f.name }), onclick: () => within(f) }, "⤵"),
			el("button.plain.remove", { type: "button", "data-key": `remove-${f.key}`, "aria-label": t("files.remove", { name: f.name }), onclick: () => remove(id, f) }, "×"));
	}));
}
