// Domains: what belongs into DNS, how far each proof is, and how mail comes in.
import { el, keep, say } from "/page/dom.js";
import { t } from "/page/words.js";
import { call, get } from "/page/api.js";
import { attempt } from "/page/main.js";
import { ask, copier, field, form, input, table } from "/page/settings-form.js";

const path = (d) => `/guichet/domains/${encodeURIComponent(d)}`;

export async function show(node, rest, link) {
	return rest ? showOne(node, rest, link) : showAll(node, link);
}

async function showAll(node, link) {
	const [list, mail] = await Promise.all([get("/guichet/domains"), get("/guichet/receiving").catch(() => null)]);
	const save = async (v) => {
		const d = await call("POST", "/guichet/domains", { domain: v.domain });
		say(t("set.saved"));
		location.hash = link(d.domain);
	};
	keep(node,
		mail && el("p", { class: mail.healthy ? "" : "bad" }, mail.note || (mail.healthy ? t("set.receiving.well", { set: mail.rule_set }) : t("set.receiving.wrong", { why: mail.wrong.join("; ") }))),
		table(t("set.domains"), [t("set.domains.name"), t("set.domains.since")], list.data.map((d) => [el("a", { href: link(d.domain), "data-key": `d-${d.domain}` }, d.domain), d.since ? new Date(d.since).toLocaleDateString() : t("set.domains.given")])),
		el("h3", {}, t("set.domains.claim")),
		form({ save, submit: t("set.domains.do"), label: t("set.domains.claim") }, field(t("set.f.domain"), input("domain", "", { required: true, maxlength: "253", placeholder: "help.example" }), t("set.domains.hint"))));
}

async function showOne(node, name, link) {
	const d = await get(path(name));
	const again = async () => { await showOne(node, name, link); say(t(d.verified ? "set.domains.verified" : "set.domains.pending")); };
	const remove = async () => {
		if (!await ask(t("set.domains.release.sure", { name }), t("set.domains.release"))) return;
		if (await attempt(() => call("DELETE", path(name)), t("done")) !== undefined) location.hash = link("");
	};
	keep(node, el("p", {}, el("a", { href: link("") }, "← ", t("set.domains"))), el("h3", {}, d.domain),
		el("p.row", {}, el("strong", { class: d.verified ? "on" : "bad" }, t(d.verified ? "set.domains.verified" : "set.domains.pending")),
			el("button", { "data-key": "again", onclick: () => attempt(again) }, t("set.domains.again")),
			!d.begun && el("button", { "data-key": "begin", onclick: () => attempt(async () => { await call("POST", "/guichet/domains", { domain: name }); await again(); }) }, t("set.domains.begin"))),
		d.note && el("p.small", {}, d.note),
		d.records.length > 0 && [el("p", {}, t("set.domains.records")),
			table(t("set.domains.records"), ["purpose", "type", "name", "value", "state"].map((h) => t(`set.dns.${h}`)), d.records.map((r) => [
				[t(`set.dns.${r.purpose}`), r.optional && el("span.small", {}, " ", t("set.dns.optional"))], r.type,
				[el("code.value", {}, r.name), " ", copier(r.name, `${t("set.dns.name")} ${r.name}`)],
				[el("code.value", {}, r.priority ? `${r.priority} ${r.value}` : r.value), " ", copier(r.priority ? `${r.priority} ${r.value}` : r.value, `${t("set.dns.value")} ${r.name}`)],
				el("span", { class: r.state === "found" ? "on" : r.state === "missing" ? "bad" : "" }, t(`set.dns.${r.state}`))]))],
		el("p.row", {}, el("button", { "data-key": "release", onclick: remove }, t("set.domains.release"))));
}
