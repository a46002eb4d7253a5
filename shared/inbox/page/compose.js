// The answer and the note: what is written stays in this browser until it is sent.
import { $, el, hold } from "/page/dom.js";
import { t } from "/page/words.js";
import { api, call } from "/page/api.js";
import { state, attempt } from "/page/main.js";
import { say } from "/page/dom.js";
import { watchWriting } from "/page/clocks.js";
import { picker, attached, carry, sentOff, pasted } from "/page/files.js";
import { fields, draftsBox, letter, aim, aimed, sentAway, refresh, draft, showDrafts, whenKept, whenWritten, keepWriting, wasWriting } from "/page/letter.js";
import { offerUndo } from "/page/undo.js";

let mode = "reply", form = null, open = null, done = null;

const slot = (what) => `guichet.draft.${state.me.brand.tenantId}.${state.me.user.incontactId}.${open.case.id}.${what}`;
const load = () => { try { return JSON.parse(localStorage.getItem(slot(mode))) || {}; } catch { return {}; } };
const save = (d) => { try { d.text ? localStorage.setItem(slot(mode), JSON.stringify(d)) : localStorage.removeItem(slot(mode)); } catch { /* full or forbidden: the draft stays on the page */ } };

/** composer is the form below a case; sent gets each message that the house accepted. */
export function composer(detail, sent) {
	open = detail;
	done = sent;
	const may = detail.rolePermissions;
	const answers = may.canReply || may.canCreateDraft;
	mode = answers ? "reply" : "note";
	if (!answers && !may.canNote) {
		const box = draftsBox(detail);
		queueMicrotask(() => showDrafts(detail));
		return el("div.compose", {}, box, el("p.small", {}, t("may.not")));
	}
	const around = answers ? fields(detail) : { above: draftsBox(detail) }, files = answers && detail.channel.hasAbilityToSendFiles ? picker(detail.case.id) : {};
	form = el(`form.compose${detail.channel.media === "email" ? "" : ".talks"}`, { "aria-label": t("answer"), onsubmit: send, onfocusin: (e) => e.currentTarget.classList.add("used") },
		el("div.row.modes", { role: "group", "aria-label": t("write.what") },
			answers && el("button", { type: "button", id: "mode-reply", onclick: () => write("reply") }, t("answer")),
			may.canNote && el("button", { type: "button", id: "mode-note", onclick: () => write("note") }, t("note")),
			el("div.mini.small", { id: "compose-clocks" })),
		around.above,
		el("textarea", { id: "text", dir: "auto", "aria-describedby": "compose-clocks", onfocus: () => watchWriting(open.case.id, $("compose-clocks")), onkeydown: keys, onpaste: pasted, oninput: typed }),
		files.list,
		el("div.row", {},
			el("button.main", { type: "submit", id: "send" }, t("send")), el("span.small.hint-keys", {}, el("kbd", {}, "Ctrl"), " + ", el("kbd", {}, "Enter")),
			files.button,
			el("label.check.reply-only.later", {}, el("input", { type: "checkbox", id: "quote", checked: localStorage.getItem("guichet.quote") !== "no", onchange: (e) => localStorage.setItem("guichet.quote", e.target.checked ? "yes" : "no") }), t("quote")),
			el("label.check.reply-only.later", {}, el("input", { type: "checkbox", id: "all", onchange: refresh }), t("reply.all")),
			el("input.cc.reply-only.later", { type: "text", id: "cc", "aria-label": t("cc"), placeholder: t("cc"), autocomplete: "off", onchange: refresh }),
			around.below));
	queueMicrotask(() => { show(); answers ? begun(detail) : showDrafts(detail); });
	return form;
}

/** begun shows the drafts of the case, and what was written here in another browser. */
async function begun(detail) {
	whenKept(() => { emptied(detail.case.id, "reply"); sentOff(detail.case.id); show(); }, attached);
	whenWritten((text, files) => { write("reply"); $("text").value = text; carry(detail.case.id, files); typed(); });
	showDrafts(detail);
	if (mode !== "reply" || load().text) return;
	const text = await wasWriting(detail);
	if (!text || open !== detail || mode !== "reply" || $("text").value) return;
	$("text").value = text;
	save({ text });
	say(t("draft.kept"));
}

function typed() {
	save({ ...load(), text: $("text").value, cc: $("cc").value });
	if (mode === "reply") keepWriting($("text").value);
}

addEventListener("storage", (e) => { // written on in another tab
	if (form?.isConnected && e.key === slot(mode) && document.activeElement !== $("text")) $("text").value = load().text || "";
});

const emptied = (id, what) => localStorage.removeItem(`guichet.draft.${state.me.brand.tenantId}.${state.me.user.incontactId}.${id}.${what}`);

function show() {
	const note = mode === "note", d = load(), text = $("text");
	form.classList.toggle("note-mode", note);
	$("mode-reply")?.setAttribute("aria-pressed", String(!note));
	$("mode-note")?.setAttribute("aria-pressed", String(note));
	for (const n of form.querySelectorAll(".reply-only")) n.hidden = note;
	if ($("target")) $("target").hidden = note || !aimed(), $("along").hidden = note || !aimed()?.forward;
	text.value = d.text || "";
	$("cc").value = d.cc || "";
	text.placeholder = t(note ? "note.hint" : "answer.hint", { who: open.customer.fullName || open.customer.email });
	text.setAttribute("aria-label", t(note ? "note" : "answer"));
	$("send").textContent = t(note ? "note.save" : open.rolePermissions.canReply ? "send" : "draft.submit");
	if (d.text) say(t("draft.kept"));
}

/** write opens the answer or the note for writing. */
export function write(what) {
	if (!form?.isConnected || !$(`mode-${what}`)) return;
	mode = what;
	show();
	$("text").focus();
}

/** answer opens the answer to one message; pass on: to somebody outside. */
export function answer(m, forward) {
	write("reply");
	if (mode === "reply") aim(m, forward);
}

/** again opens the answer with a text, unless one is begun already. */
export function again(text) {
	write("reply");
	if (mode !== "reply" || $("text").value.trim()) return;
	$("text").value = text.trimEnd();
	save({ text: $("text").value, cc: $("cc").value });
}

function keys(e) {
	if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) { e.preventDefault(); form.requestSubmit(); }
}

let busy = false;
async function send(e) {
	e.preventDefault();
	const text = $("text").value;
	if (busy) return;
	if (!text.trim()) return $("text").focus();
	if (mode === "reply" && !open.rolePermissions.canReply) return draft(true);
	busy = true;
	hold($("send"), true);
	const what = mode, id = open.case.id, m = await attempt(() => (what === "note" ? note(text) : reply(text)), t(what === "note" ? "note.saved" : "answer.queued"));
	busy = false;
	if ($("send")) hold($("send"), false);
	if (!m) return;
	if (what === "reply") { sentOff(id); if (open.case.id === id) keepWriting(""); }
	emptied(id, what);
	if (open.case.id !== id || mode !== what) return;
	$("text").value = $("cc").value = "";
	if (what === "reply") {
		sentAway();
		show();
		offerUndo(m, text, (words) => { if (open.case.id === id) again(words); });
	}
	done(m);
}

/** keyFor is the key of what is sent now. The same that is sent again, after a lost connection or a reload, carries the same key: it is one answer, or one note. */
function keyFor(whole) {
	const d = load();
	return d.sent === whole && d.key ? d.key : crypto.randomUUID?.() || `${Date.now()}-${Math.random()}`;
}

function note(content) {
	const key = keyFor(content);
	save({ text: content, key, sent: content });
	return call("POST", `${api}/contacts/${open.case.id}/notes`, { content }, { "Idempotency-Key": key });
}

/** reply sends the answer. */
async function reply(text) {
	const at = open, cc = $("cc").value, { channel, body } = letter(text, cc.split(/[,;\s]+/).filter(Boolean));
	const files = await attached(at.case.id), whole = JSON.stringify([channel, body, files.map((f) => f.id)]);
	const attemptKey = keyFor(whole);
	if (open === at) save({ text, cc, key: attemptKey, sent: whole });
	const out = await call("POST", `${api}/channels/${encodeURIComponent(channel)}/outbound`, { ...body, attachments: files }, { "Idempotency-Key": attemptKey });
	return out.message;
}
