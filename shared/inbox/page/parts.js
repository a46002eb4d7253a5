// Making cases one and parting them again; and the line that says what was just done, with the button that takes it back.
import { $, el, keep, say } from "/page/dom.js";
import { t } from "/page/words.js";
import { api, call, get } from "/page/api.js";
import { state, attempt, tick } from "/page/main.js";

let last = null, timer = 0;

/** offerBack says what was done, and offers to take it back for a while: by its button, or with z. */
export function offerBack(text, back) {
	away();
	last = back;
	const bar = el("div", { id: "done", role: "region", "aria-label": t("takeback") }, el("span", {}, text), el("button", { "data-key": "takeback", "aria-keyshortcuts": "z", onclick: takeBack }, t("undo")),
		el("button.plain", { "aria-label": t("close"), onclick: away }, "×"));
	document.body.append(bar);
	say(`${text} ${t("takeback.key")}`);
	const later = () => { timer = setTimeout(() => (bar.matches(":hover,:focus-within") ? later() : away()), 20000); };
	later();
}

/** away puts the line away. The focus that it has goes to the case. */
export function away() {
	clearTimeout(timer);
	last = null;
	const bar = $("done"), had = bar?.contains(document.activeElement);
	bar?.remove();
	if (had) (document.querySelector("#pane h2") || document.querySelector("main h2"))?.focus();
}

export const canTakeBack = () => Boolean(last);

export async function takeBack() {
	const back = last;
	away();
	if (await back?.() === false) return;
	await tick(true);
	say(t("undone"));
}

const contact = (id, what) => `/guichet/contacts/${encodeURIComponent(id)}/${what}`;
const open = (id) => { location.hash = `#/${state.view}/${id}`; };

async function merge(from, into) {
	const whole = await attempt(() => call("POST", contact(from, "merge"), { into }));
	if (!whole) return false;
	open(whole.id);
	if (whole.mergedFrom.includes(from)) offerBack(t("takeback.merged", { from, into: whole.id }), () => unmerge(from, whole.id, true));
}

async function unmerge(part, whole, go) {
	const out = await attempt(() => call("POST", contact(part, "unmerge")));
	if (!out) return false;
	if (go) return open(part);
	offerBack(t("takeback.unmerged", { id: part }), () => merge(part, whole));
}

/** split moves a message to a case of its own. */
export async function split(m) {
	const made = await attempt(() => call("POST", `/guichet/messages/${m.id}/split`));
	if (made) offerBack(t("takeback.split", { id: made.id }), async () => !!await attempt(() => call("POST", contact(made.id, "merge"), { into: m.postId })));
	await tick(true);
}

/** joining are the controls that make a case a part of another, and its parts cases again. The other cases of its contact are offered. */
export function joining(c, address) {
	const others = el("datalist", { id: "merge-others" });
	const look = async () => {
		if (others.firstChild || !address) return;
		const list = await get(`${api}/contacts?endUserIdOnExternalPlatform[]=${encodeURIComponent(address)}&size=20`).catch(() => null);
		keep(others, (list?.data || []).filter((o) => o.id !== c.id).map((o) => el("option", { value: o.id }, `${o.title || t("no.title")} · ${t(`status.${o.status}`)}`)));
	};
	const send = (e) => { e.preventDefault(); merge(c.id, $("merge").value.trim().replace(/^#/, "")); };
	return [el("form.join", { onsubmit: send }, el("input", { id: "merge", type: "text", inputmode: "numeric", maxlength: "20", required: true, list: "merge-others", autocomplete: "off", "aria-label": t("do.merge"), placeholder: t("do.merge"), onfocus: look }), others,
		el("button", { type: "submit", "data-key": "merge-go" }, t("do.merge.go"))),
	c.mergedFrom.map((id) => el("button", { "data-key": `unmerge-${id}`, onclick: async () => { await unmerge(id, c.id); await tick(true); } }, t("do.unmerge", { id })))];
}
