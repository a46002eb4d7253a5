// The mood of a message, and what a contact's card says of all of them (A027).
import { el } from "/page/dom.js";
import { t, lang } from "/page/words.js";

const moods = ["positive", "neutral", "negative"];

/** moodNode is where who may rate says what mood a message is in, or corrects what was said. act(method, path, body) does it. */
export function moodNode(m, act) {
	return el("select", {
		"data-key": `mood-${m.id}`, "aria-label": t("mood.say"),
		onchange: (e) => e.target.value && act("PUT", `/guichet/messages/${m.id}/sentiment`, { sentiment: e.target.value }),
	}, !m.sentiment && el("option", { value: "" }, t("mood.say")), moods.map((k) => el("option", { value: k, selected: m.sentiment === k }, t(`mood.${k}`))));
}

/** indicators is the line of the card: how many messages in which mood, and how far the contact reaches. Nothing where nobody said anything. */
export function indicators(customer) {
	const i = customer.indicators, rated = moods.some((k) => i[k] > 0), reach = i.followers !== null;
	return (rated || reach) && el("p.small.indicators", { "aria-label": t("mood.card") }, [
		...moods.filter(() => rated).map((k) => el(`span.badge.mood-${k}`, {}, t("mood.count", { mood: t(`mood.${k}`), n: i[k] }))),
		reach && el("span.badge", {}, t("mood.followed", { n: i.followed.toLocaleString(lang) })), reach && el("span.badge", {}, t("mood.followers", { n: i.followers.toLocaleString(lang) })),
	]);
}
