// What became of a mail, in a word, and for each recipient; and an address that takes none.
import { el } from "/page/dom.js";
import { t, has, when, full } from "/page/words.js";
import { call } from "/page/api.js";
import { attempt } from "/page/main.js";

const bad = ["failed", "bounced", "complained"];

/** cause says why in plain words, then what the other side said. */
function cause(f) {
	const key = `cause.${f.code}`;
	return [f.code && has(key) ? t(key) : "", f.reason].filter(Boolean).join(" – ");
}

const word = (state, why) => el(`span.state${bad.includes(state) ? ".bad" : ""}`, {}, t(`delivery.${state}`), why ? `: ${why}` : "");

/** fates is what stands beside a message that goes out: its state, and below it that of each recipient where there are several. */
export function fates(m) {
	const d = m.delivery;
	if (!d) return "";
	const all = d.recipients, opened = d.openedAt && el("span.small", { title: full(d.openedAt) }, t("opened.at", { time: when(d.openedAt) }));
	if (all.length < 2) return [word(d.state, all[0] && cause(all[0]) || d.reason), opened];
	const there = all.filter((f) => f.state === "delivered").length;
	return [word(d.state, there && there < all.length ? t("fates.of", { n: String(there), all: String(all.length) }) : ""),
		opened,
		el("details.fates", {}, el("summary.small", {}, t("fates")),
			el("ul", {}, all.map((f) => el("li", {}, f.name || f.idOnExternalPlatform, " ", word(f.state, cause(f)), f.at && el("time.small", { datetime: f.at, title: full(f.at) }, " ", when(f.at))))))];
}

/** stopped says that the contact's address takes no mail, and offers to lift that to who may. done is called when it was lifted. */
export function stopped(customer, may, done) {
	const s = customer.addressState;
	if (!s || s.status === "ok") return "";
	const key = `stopped.${s.reason}`;
	return el("p.bad", {}, t("stopped", { address: customer.email, why: has(key) ? t(key) : s.reason, time: s.at ? when(s.at) : "" }), s.said && ` ${s.said}`, " ",
		may && el("button.plain", { "data-key": "lift", onclick: async () => {
			await attempt(() => call("DELETE", `/guichet/suppressed/${encodeURIComponent(customer.email)}`), t("stopped.lifted", { address: customer.email }));
			await done();
		} }, t("stopped.lift")));
}
