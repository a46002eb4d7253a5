// One message of the timeline: its text with quotes folded, its HTML in a box of its own, its files, why it is here, what became of it.
import { el, keep } from "/page/dom.js";
import { t, has, when, full, size } from "/page/words.js";
import { api, get, ticket } from "/page/api.js";
import { again, answer } from "/page/compose.js";
import { waitingNode } from "/page/undo.js";
import { state, name, attempt } from "/page/main.js";
import { fates } from "/page/fates.js";
import { moodNode } from "/page/mood.js";
import { split } from "/page/parts.js";

const url = (m, rest) => `${api}/messages/${m.id}${rest || ""}`;

/** messageNode: may is what the reader may do in the case, junk whether the case has the spam tag, act(method, path, body) changes something. */
export function messageNode(m, { may: can, junk, alone, talks, act }) {
	const kind = m.kind === "note" ? "note" : m.direction;
	const who = m.authorUser ? name(m.authorUser.incontactId) : m.authorEndUserIdentity?.fullName || t("by.house");
	const body = el("div.text", { dir: "auto" }, m.movedTo ? el("em", {}, t("moved.to"), " ", el("a", { href: `#/${state.view}/${m.movedTo}` }, m.movedTo)) : m.quarantine ? el("em", {}, t("held.text", { why: m.quarantine })) : m.messageContent.text);
	const box = el("div", { hidden: true });
	const why = el("div.why", { hidden: true });
	const toggle = (label, on, run) => {
		const b = el("button.plain", { "aria-expanded": "false", "data-key": `${m.id}-${label}`, onclick: async () => {
			const open = b.getAttribute("aria-expanded") !== "true";
			if (await run(open) === false) return;
			b.setAttribute("aria-expanded", String(open));
			b.textContent = open ? on : label;
		} }, label);
		return b;
	};
	const may = !m.quarantine || state.me.rolePermissions.canRelease;
	const change = (label, method, what) => el("button.plain", { "data-key": `${m.id}-${what}-${method}`, onclick: () => act(method, `/guichet/messages/${m.id}/${what}`) }, t(label));
	const came = m.direction === "inbound" && !m.movedTo, words = can.canReply || can.canCreateDraft;
	const sends = m.delivery?.state, waits = sends === "scheduled";
	return el(`li.msg.${kind}`, { id: `m-${m.id}`, "data-key": `m-${m.id}` },
		el("header", {},
			el("strong", { dir: "auto", title: m.authorEndUserIdentity?.idOnExternalPlatform }, who), el("span.small", {}, t(`kind.${kind}`)), m.automatic && el("span.badge", {}, has(`auto.${m.automatic}`) ? t(`auto.${m.automatic}`) : m.automatic),
			m.isThirdParty && el("span.badge", {}, t("third.party")),
			m.markedAs && el("span.badge", {}, t(`marked.${m.markedAs}`)), m.sentiment && el(`span.badge.mood-${m.sentiment}`, { title: t("mood.by", { who: name(m.sentimentDetail.by) }) }, t(`mood.${m.sentiment}`)), m.cameFrom && el("span.small", {}, t("came.from", { id: m.cameFrom })),
			el("time.small", { datetime: m.createdAt, title: full(m.createdAt) }, when(m.createdAt)), fates(m),
			m.kind !== "note" && m.recipients.length > 0 && el("span.small", {}, t("to"), " ", m.recipients.map((r) => r.name || r.idOnExternalPlatform).join(", "))),
		m.warnings.map((w) => el("p.warn", {}, "⚠ ", warning(w))),
		body, box,
		m.attachments.length > 0 && el("ul.files", { "aria-label": t("files") }, m.attachments.map((f) => el("li", {}, el("a", { href: f.url, download: f.friendlyName, onclick: fetchFile }, f.friendlyName, " ", el("span.small", {}, size(f.size)))))),
		el("footer", {},
			m.isCut && toggle(t("whole"), t("less"), (open) => whole(m, body, open)),
			m.hasHtml && m.direction === "inbound" && toggle(t("html"), t("html.off"), (open) => html(m, box, open)),
			m.direction === "inbound" && toggle(t("why"), t("why.off"), (open) => showWhy(m, why, open)),
			["failed", "bounced"].includes(m.delivery?.state) && el("button.plain", { onclick: () => rewrite(m) }, t("again")),
			waits && can.canReply && waitingNode(m),
			came && words && !m.quarantine && !m.automatic && el("button.plain", { "data-key": `answer-${m.id}`, onclick: () => answer(m, false) }, t("answer.this")),
			m.kind !== "note" && words && !m.movedTo && !m.quarantine && !waits && sends !== "withdrawn" && !talks && el("button.plain", { "data-key": `forward-${m.id}`, onclick: () => answer(m, true) }, t("forward")),
			came && can.canReply && m.markedAs !== "spam" && change("do.spam", "PUT", "spam"),
			came && can.canReply && m.markedAs !== "ham" && (junk || m.markedAs) && change("do.ham", "DELETE", "spam"),
			came && can.canRate && moodNode(m, act),
			came && can.canAssign && !alone && el("button.plain", { "data-key": `${m.id}-split`, onclick: () => split(m) }, t("do.split")),
			m.quarantine && can.canRelease && el("button", { "data-key": `${m.id}-release`, onclick: () => act("POST", `/guichet/quarantine/${m.id}/release`) }, t("release")),
			m.hasRaw && may && el("a.small", { href: url(m, "/raw"), download: `${m.id}.eml`, onclick: fetchFile }, t("raw"))),
		why);
}

/** fetchFile fetches what a link leads to by a ticket: a download carries no token. */
export async function fetchFile(e) {
	e.preventDefault();
	const path = new URL(e.currentTarget.href).pathname, url = await attempt(() => ticket(path));
	if (url) location.assign(url);
}

/** rewrite puts an answer that did not arrive back into the box, without the quote below it. */
async function rewrite(m) {
	const all = m.isCut ? await attempt(() => get(url(m))) : null;
	again(all ? all.folded.filter((s) => s.shown).map((s) => s.text).join("") : m.messageContent.text);
}

function warning(w) {
	const key = `warning.${w.split(":")[0]}`;
	return has(key) ? t(key) : w;
}

/** whole shows all of the text, what was folded too; the folded parts look so. */
async function whole(m, body, open) {
	if (!open) { body.textContent = m.messageContent.text; return; }
	const all = await attempt(() => get(url(m)));
	if (!all) return false;
	keep(body, all.folded.length ? all.folded.map((s) => el(`span.seg.${s.kind}`, {}, s.text.replace(/\n+$/, ""))) : all.text);
}

/** html shows the mail's own look in a box from which nothing gets out. Pictures of other servers load when they are asked for. */
async function html(m, box, open) {
	if (!open) { box.replaceChildren(); box.hidden = true; return; }
	const src = await attempt(() => ticket(url(m, "/html")));
	if (!src) return false;
	const frame = el("iframe", { sandbox: "allow-popups allow-popups-to-escape-sandbox", src, title: t("html.title", { who: m.authorEndUserIdentity?.fullName || "" }), referrerpolicy: "no-referrer" });
	box.hidden = false;
	box.replaceChildren(frame);
	const all = await attempt(() => get(url(m)));
	if (all?.remoteImages) {
		const b = el("button.plain", { onclick: async () => { frame.src = await attempt(() => ticket(url(m, "/html?images=1"))) || src; b.remove(); } }, t("images", { n: all.remoteImages }));
		box.prepend(b);
	}
}

async function showWhy(m, box, open) {
	box.hidden = !open;
	if (!open) return;
	const w = await attempt(() => get(url(m, "/why")));
	if (!w) return false;
	const v = w.verdicts;
	keep(box,
		el("p", {}, el("strong", {}, has(`rule.${w.rule}`) ? t(`rule.${w.rule}`) : w.rule || t("why.none")), w.reason ? ` – ${w.reason}` : ""),
		w.quarantine && el("p.bad", {}, t("held.text", { why: w.quarantine })),
		w.evidence.length > 0 && el("table", {}, el("caption.sr", {}, t("evidence")), el("thead", {}, el("tr", {}, ["evidence.kind", "evidence.value", "case", "evidence.note"].map((k) => el("th", { scope: "col" }, t(k))))),
			el("tbody", {}, w.evidence.map((e) => el("tr", {}, el("td", {}, has(`rule.${e.kind}`) ? t(`rule.${e.kind}`) : e.kind), el("td", {}, e.value), el("td", {}, e.contactId ? el("a", { href: `#/recent/${e.contactId}` }, e.contactId) : "–"), el("td", {}, e.note || ""))))),
		w.candidates.length > 0 && el("p", {}, t("candidates"), " ", w.candidates.join(", ")),
		el("p.small", {}, t("verdicts"), ` spam ${v.spam || "–"}, virus ${v.virus || "–"}, SPF ${v.spf || "–"}, DKIM ${v.dkim || "–"}, DMARC ${v.dmarc || "–"}`),
		el("p.small", {}, t("envelope", { from: w.envelope.from || "<>", to: w.envelope.to }), w.configuration ? ` · ${t("why.versions", { list: w.configuration })}` : ""),
		state.me.rolePermissions.canConfigure && w.rule && replay(m));
}

/** replay has the house decide again where the mail belongs, as it was then; nothing changes. */
function replay(m) {
	const found = el("div", { role: "status" });
	const run = async () => {
		found.textContent = t("replay.runs");
		const r = await attempt(() => get(`/guichet/messages/${m.id}/replay`));
		if (!r) return found.replaceChildren();
		const row = (k, w) => el("tr", {}, el("th", { scope: "row" }, t(k)), el("td", {}, has(`rule.${w.rule}`) ? t(`rule.${w.rule}`) : w.rule), el("td", {}, w.reason), el("td", {}, w.configuration));
		keep(found, el("p", {}, t(r.same ? "replay.same" : "replay.differs"), r.differs ? ` ${r.differs}` : ""),
			!r.same && el("table", {}, el("caption.sr", {}, t("replay")), el("tbody", {}, row("replay.then", r.recorded), row("replay.now", r.now))));
	};
	return el("div", {}, el("button", { "data-key": `${m.id}-replay`, onclick: run }, t("replay")), " ", el("span.small", {}, t("replay.what")), found);
}
