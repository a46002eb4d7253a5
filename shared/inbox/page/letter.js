// What goes around an answer: who gets it, from which address, how it looks, when it leaves; and the drafts of a case.
import { $, el, keep, say } from "/page/dom.js";
import { t, when, full } from "/page/words.js";
import { api, call, get, ticket } from "/page/api.js";
import { state, name, attempt, tick } from "/page/main.js";

let open = null, target = null, froms = [], loaded = "";
const contact = (rest) => `/guichet/contacts/${encodeURIComponent(open.case.id)}${rest}`;
const drafts = (rest = "") => `${api}/contacts/${encodeURIComponent(open.case.id)}/message-drafts${rest}`;
const list = (id) => ($(id)?.value || "").split(/[,;\s]+/).filter(Boolean);
const chosen = (id) => Boolean($(id)?.checked);
const kept = (key, fallback) => localStorage.getItem(key) ?? fallback;

/** draftsBox is where the drafts of a case are listed. */
export function draftsBox(detail) {
	open = detail;
	return el("section.drafts", { id: "drafts", "aria-label": t("drafts"), hidden: true });
}

/** fields are the parts of the form around an answer: the line of recipients above the text, the choices below it, and the drafts above all. */
export function fields(detail) {
	const box = draftsBox(detail);
	target = null;
	froms = [];
	loaded = "";
	const more = el("details.reply-only.later.around", { id: "around", ontoggle: () => $("around").open && around() },
		el("summary", {}, el("span", { id: "goes" }, t("goes"))),
		el("div.row", {},
			el("label", {}, t("from"), " ", el("select", { id: "from", onchange: refresh }, el("option", { value: detail.channel.id }, detail.channel.idOnExternalPlatform))),
			el("label.wide", {}, t("to.line"), " ", el("input", { type: "text", id: "to", autocomplete: "off", onchange: refresh })),
			el("label.wide", {}, t("bcc.line"), " ", el("input", { type: "text", id: "bcc", autocomplete: "off", onchange: refresh })),
			el("label.check", {}, el("input", { type: "checkbox", id: "markdown", checked: kept("guichet.markdown", "no") === "yes", onchange: (e) => localStorage.setItem("guichet.markdown", e.target.checked ? "yes" : "no") }), t("markdown"))),
		el("p.small", { id: "about", role: "status" }));
	const along = el("label.check", { id: "along", hidden: true }, el("input", { type: "checkbox", id: "with-files", checked: true, onchange: refresh }), t("forward.files"));
	const below = [
		el("button.reply-only.later", { type: "button", id: "look", onclick: preview }, t("preview")),
		el("label.reply-only.later", {}, t("later"), " ", el("input", { type: "datetime-local", id: "later", onchange: checkLater })),
		el("button.reply-only.later", { type: "button", id: "keep-draft", onclick: () => draft(false) }, t("draft.save")),
		detail.rolePermissions.canReply && el("button.reply-only.later", { type: "button", id: "submit-draft", onclick: () => draft(true) }, t("draft.submit")),
	];
	return { above: [box, el("p", { id: "target", hidden: true }), along, more], below };
}

/** aim says which message is answered or passed on; null: the contact's newest is answered. */
export function aim(m, forward) {
	target = m && { id: m.id, forward };
	const line = $("target");
	line.hidden = !m;
	$("along").hidden = !(m && forward);
	$("with-files").checked = true;
	if (m) keep(line, el("span", {}, t(forward ? "forwarding" : "answering", { who: m.authorEndUserIdentity?.fullName || name(m.authorUser?.incontactId) || m.id, time: when(m.createdAt) })),
		" ", el("button.plain", { type: "button", "data-key": "aim-off", onclick: () => { aim(null); $("text").focus(); } }, t("aim.off")));
	if (m && forward) { $("around").open = true; queueMicrotask(() => $("to").focus()); }
	else refresh();
}

export const aimed = () => target;

/** letter is the answer as the house takes it, but for its files. Another channel's address goes by that channel's call. */
export function letter(text, cc) {
	const people = (ids, more) => ids.map((a) => ({ idOnExternalPlatform: a, ...more }));
	const from = $("from")?.value || open.channel.id, at = $("later")?.value;
	return {
		channel: from,
		body: {
			thread: { idOnExternalPlatform: open.case.id }, messageContent: { type: "TEXT", payload: chosen("markdown") ? { markdown: text } : { text } }, quote: chosen("quote"), replyAll: chosen("all") && !target?.forward,
			recipients: [...people(list("to"), { isPrimary: true, isPrivate: false }), ...people(cc, { isPrimary: false, isPrivate: false }), ...people(list("bcc"), { isPrimary: false, isPrivate: true })],
			...(from !== open.channel.id ? { originChannel: open.channel.id } : {}), ...(at ? { scheduledAt: new Date(at).toISOString() } : {}),
			...(target?.forward ? { forward: { message: { id: target.id } }, withoutAttachments: !chosen("with-files") } : target ? { replyToMessage: { id: target.id } } : {}),
			...(writing ? { draftId: writing } : {}),
		},
	};
}

/** below a case whose address is used stands in originChannel: previews and drafts name it so. */
const within = (text) => {
	const { channel, body } = letter(text, list("cc"));
	return { ...body, originChannel: channel === open.channel.id ? undefined : channel, draftId: undefined };
};

/** sentAway clears what was chosen for one answer. */
export function sentAway() {
	writing = "";
	for (const id of ["to", "bcc", "later"]) if ($(id)) $(id).value = "";
	if ($("target")) aim(null);
	if ($("around")) $("around").open = false;
}

/** around fetches what the line of recipients needs, when somebody looks. */
async function around() {
	if (loaded !== open.case.id) {
		loaded = open.case.id;
		froms = await attempt(() => get(contact("/from"))) || [];
		const pick = $("from"), was = pick?.value;
		if (pick && froms.length) {
			keep(pick, froms.map((f) => el("option", { value: f.id }, f.displayName ? `${f.displayName} <${f.address}>` : f.address)));
			pick.value = was;
			pick.disabled = froms.length < 2;
		}
	}
	refresh();
}

/** refresh asks the house who would get the answer: the rule that sends is the rule that shows. */
export async function refresh() {
	if (!$("around")?.open) return;
	if (target?.forward && ![...list("to"), ...list("cc"), ...list("bcc")].length) {
		$("to").placeholder = $("about").textContent = "";
		return ($("goes").textContent = t("goes.whom"));
	}
	const at = open;
	try {
		const p = await call("POST", contact("/preview"), within($("text").value));
		if (open !== at || !$("goes")) return;
		const say = (people) => people.map((r) => r.name || r.idOnExternalPlatform).join(", ");
		const to = p.recipients.filter((r) => r.isPrimary), cc = p.recipients.filter((r) => !r.isPrimary && !r.isPrivate), bcc = p.recipients.filter((r) => r.isPrivate);
		$("goes").textContent = [t("goes.to", { who: say(to) }), cc.length && t("goes.cc", { who: say(cc) }), bcc.length && t("goes.bcc", { who: say(bcc) })].filter(Boolean).join(" · ");
		$("to").placeholder = target?.forward ? "" : to.map((r) => r.idOnExternalPlatform).join(", ");
		$("about").textContent = [p.title, p.attachments.length && t("goes.files", { names: p.attachments.join(", ") })].filter(Boolean).join(" · ");
	} catch (err) {
		if (open === at && $("about")) $("about").textContent = err.message;
	}
}

/** preview shows the answer as it leaves, in a frame from which nothing gets out. */
async function preview() {
	look(await attempt(() => call("POST", contact("/preview?frame=1"), within($("text").value))));
}

async function look(p) {
	if (!p) return;
	const src = p.frame && await attempt(() => ticket(p.frame));
	show(t("preview"), el("p.small", {}, p.title), el("p.small", {}, t("goes.to", { who: p.recipients.map((r) => r.idOnExternalPlatform).join(", ") })),
		src ? el("iframe.mail", { sandbox: "", src, title: t("preview"), referrerpolicy: "no-referrer" }) : el("pre.mail", {}, p.text));
}

/** show opens a dialog that closes by itself with Escape. */
export function show(title, ...children) {
	const d = el("dialog.big", { "aria-label": title }, el("h2", {}, title), ...children, el("p", {}, el("button.main", { onclick: () => d.close() }, t("close"))));
	d.addEventListener("close", () => d.remove());
	document.body.append(d);
	d.showModal();
	return d;
}

function checkLater() {
	const at = new Date($("later").value);
	$("send").textContent = t($("later").value ? "send.later" : "send");
	if ($("later").value && at <= new Date()) say(t("later.past"));
}

let writing = ""; // the draft that is written on

/** draft keeps what is written as a draft of the case, and hands it over for approval. */
export async function draft(submit) {
	const text = $("text").value, id = open.case.id;
	if (!text.trim()) return $("text").focus();
	const body = { ...within(text), attachments: await files(id), submit }, path = writing ? drafts(`/${writing}`) : drafts();
	const out = await attempt(() => call(writing ? "PUT" : "POST", path, body, writing ? {} : { "Idempotency-Key": crypto.randomUUID?.() || `${Date.now()}` }), t(submit ? "draft.submitted" : "draft.saved"));
	if (!out || open.case.id !== id) return;
	done();
	sentAway();
	showDrafts(open);
	tick();
}

let files = async () => [];
let done = () => {};
/** whenKept is called when what is written is a draft now. */
export const whenKept = (f, attachments) => { done = f; files = attachments; };

/** showDrafts lists the drafts of a case that concern who looks. */
export async function showDrafts(detail) {
	const box = $("drafts"), may = detail.rolePermissions;
	if (!box || !may.canCreateDraft && !may.canApproveDraft) return;
	const all = await get(drafts()).catch(() => []);
	if (open.case.id !== detail.case.id || !$("drafts")) return;
	const live = all.filter((d) => ["draft", "pending", "refused"].includes(d.status));
	box.hidden = live.length === 0;
	keep(box, live.map((d) => draftNode(d, may)));
}

function draftNode(d, may) {
	const me = state.me.user.incontactId, own = d.authorUserId === me;
	const act = (method, rest, body, said) => attempt(() => call(method, drafts(`/${encodeURIComponent(d.id)}${rest}`), body), t(said)).then(() => { showDrafts(open); tick(); });
	const button = (label, run) => el("button", { type: "button", "data-key": `${label}-${d.id}`, onclick: run }, t(label));
	const reason = el("input", { type: "text", maxlength: "1000", "aria-label": t("draft.why"), placeholder: t("draft.why") });
	return el("article.draft", {}, el("header", {}, el("strong", {}, name(d.authorUserId)), " ", el("span.badge", {}, t(`draft.${d.status}`)), " ", el("time.small", { datetime: d.updatedAt, title: full(d.updatedAt) }, when(d.updatedAt)),
		d.scheduledAt && el("span.small", {}, " · ", t("leaves", { time: when(d.scheduledAt) }))),
	el("div.text", {}, d.markdown || d.messageContent.text), d.attachments.length > 0 && el("p.small", {}, d.attachments.map((a) => a.friendlyName).join(", ")), d.reason && el("p.bad", {}, t("draft.refused.why", { who: name(d.decidedBy), why: d.reason })),
	el("div.row", {},
		button("preview", async () => look(await attempt(() => get(drafts(`/${encodeURIComponent(d.id)}/preview?frame=1`))))),
		own && d.status !== "pending" && [button("draft.write", () => writeOn(d)), button("draft.submit", () => act("POST", "/submission", undefined, "draft.submitted"))],
		own && button("draft.discard", () => act("DELETE", "", undefined, "draft.discarded")),
		may.canApproveDraft && d.status === "pending" && [button("draft.approve", () => act("POST", "/approval", undefined, "draft.approved")), reason,
			button("draft.refuse", () => (reason.value.trim() ? act("POST", "/refusal", { reason: reason.value.trim() }, "draft.refused") : reason.focus()))]));
}

let onWrite = () => {};
/** whenWritten is called with the text and the files of a draft that somebody writes on. */
export const whenWritten = (f) => { onWrite = f; };

function writeOn(d) {
	writing = d.id;
	onWrite(d.markdown || d.messageContent.text, d.attachments);
	$("markdown").checked = Boolean(d.markdown);
	$("quote").checked = d.quote;
	$("all").checked = d.replyAll;
	for (const [id, pick] of [["to", (r) => r.isPrimary], ["cc", (r) => !r.isPrimary && !r.isPrivate], ["bcc", (r) => r.isPrivate]]) $(id).value = d.recipients.filter(pick).map((r) => r.idOnExternalPlatform).join(", ");
	$("text").focus();
}

let saver = 0;
/** keepWriting keeps what is written with the house too, a while after the last key: for another browser of the same agent. */
export function keepWriting(text) {
	clearTimeout(saver);
	const at = open;
	saver = setTimeout(() => call("PUT", `/guichet/contacts/${encodeURIComponent(at.case.id)}/writing`, { messageContent: { payload: { text } } }).catch(() => {}), text ? 2500 : 0);
}

/** wasWriting is what the agent wrote in this case elsewhere; empty if nothing. */
export async function wasWriting(detail) {
	const d = await get(`/guichet/contacts/${encodeURIComponent(detail.case.id)}/writing`).catch(() => null);
	return d?.messageContent.text || "";
}
