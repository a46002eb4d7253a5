// What can be done with a case beside the everyday: deleting it for good.
import { el } from "/page/dom.js";
import { t } from "/page/words.js";

/** confirm asks for a case's number before what cannot be undone; true if it was given. */
function confirm(text, number, yes) {
	return new Promise((done) => {
		const input = el("input", { type: "text", inputmode: "numeric", autocomplete: "off", "aria-label": t("more.confirm", { case: number }), placeholder: number });
		const go = el("button.main", { disabled: true, onclick: () => d.close("yes") }, yes);
		input.addEventListener("input", () => { go.disabled = input.value.trim() !== number; });
		const d = el("dialog", { "aria-label": text }, el("form", { method: "dialog", onsubmit: (e) => { e.preventDefault(); if (!go.disabled) d.close("yes"); } },
			el("p", {}, text), el("p", {}, el("label", {}, t("more.confirm", { case: number }), " ", input)), el("div.row", {}, go, el("button", { type: "button", onclick: () => d.close() }, t("more.cancel")))));
		d.addEventListener("close", () => { d.remove(); done(d.returnValue === "yes"); });
		document.body.append(d);
		d.showModal();
		input.focus();
	});
}

/** moreHead is what the card says beside the everyday: what agents held the contact's mail for, and the numbers of the contact's own helpdesk. */
export function moreHead(d) {
	const { spam, notSpam } = d.standing;
	return el("p.small.more", {}, [
		(spam > 0 || notSpam > 0) && t("more.standing", { spam, ham: notSpam }), d.externalRefs.length > 0 && t("external", { ids: d.externalRefs.join(", ") }),
	].filter(Boolean).join(" · "));
}

/** moreActions are further buttons of a case. act(method, path, body) does what is asked and looks again. */
export function moreActions(c, may, act) {
	const gone = c.badges.some((b) => b.code === "gone");
	const shred = async () => {
		if (await confirm(t("do.shred.sure", { case: c.id }), c.id, t("do.shred"))) await act("POST", `/guichet/contacts/${encodeURIComponent(c.id)}/shred`, { confirm: c.id });
	};
	return [may.canShred && c.status === "trashed" && !gone && el("button.bad", { "data-key": "shred", onclick: shred }, t("do.shred"))];
}
