// Skills: what a case needs, how its agents are served, what they are offered and how long they have.
import { el, keep } from "/page/dom.js";
import { t } from "/page/words.js";
import { call, get } from "/page/api.js";
import { ask, field, fold, form, input, number, pick, table, tick } from "/page/settings-form.js";

const path = "/guichet/skills", enc = encodeURIComponent;

export async function show(node, rest, link) {
	const [skills, campaigns] = await Promise.all([get(path), get("/guichet/campaigns")]);
	if (!rest) {
		const rows = skills.map((k) => [el("a", { href: link(k.id) }, k.name), t(`set.skills.criteria.${k.criteria}`), t(`set.skills.${k.direction}`), campaigns.find((c) => c.id === k.campaign)?.name || "–", k.accept_reject ? t("set.routing.yes") : "–"]);
		const heads = ["set.routing.name", "set.skills.criteria", "set.skills.direction", "set.skills.campaign", "set.skills.accept"].map((w) => t(w));
		return keep(node, el("p", {}, t("set.skills.what")), el("p", {}, el("a.button", { href: link("new") }, t("set.skills.new"))), table(t("set.skills"), heads, rows, t("set.none")));
	}
	const one = rest === "new" ? { name: "", criteria: "proficiency", direction: "inbound", campaign: campaigns[0]?.id, version: 0 } : skills.find((k) => k.id === rest);
	if (!one) return keep(node, el("p.empty", {}, t("set.routing.gone")));
	if (!campaigns.length) return keep(node, el("p", {}, t("set.skills.campaign.first"), " ", el("a", { href: "#/settings/campaigns/new" }, t("set.campaigns.new"))));
	keep(node, edit(one, campaigns, link));
}

/** listing says that a skill still goes by other criteria: its agents are being listed anew. */
const listing = (k) => (k.id && k.criteriaInForce !== k.criteria ? [el("p", {}, t("set.skills.listing", { criteria: t(`set.skills.criteria.${k.criteriaInForce}`) }))] : []);

function edit(k, campaigns, link) {
	const warned = el("div", { role: "status" }, listing(k));
	const save = async (v) => {
		const first = v["sla.first"], resolution = v["sla.resolution"];
		const body = {
			name: v.name, campaign: v.campaign, criteria: v.criteria, direction: v.direction, personal_connection: v.personal_connection, byoc: v.byoc, message_template: v.message_template,
			accept_reject: v.accept_reject, accept_seconds: v.accept_seconds || 0, agent_response_seconds: v.agent_response_seconds || 0, customer_response_seconds: v.customer_response_seconds || 0,
			sub_skills: v.sub_skills, version: k.version, sla: v.direction === "inbound" && (first || resolution) ? { ...k.sla, first: (first || 0) * 60, resolution: (resolution || 0) * 60 } : null,
		};
		if (v.criteria === "preferred") Object.assign(body, { preferred_by: v.preferred_by, fallback_when: v.fallback_when, timeout: v.timeout });
		const now = await call(k.id ? "PATCH" : "POST", k.id ? `${path}/${enc(k.id)}` : path, body);
		warned.replaceChildren(...now.warnings.map((w) => el("p", {}, w)), ...listing(now));
		if (!k.id) location.hash = link(now.id);
		Object.assign(k, now);
	};
	const remove = k.id && el("button.bad", { type: "button", onclick: async () => {
		if (!(await ask(t("set.routing.delete.sure", { name: k.name }), t("set.routing.delete")))) return;
		await call("DELETE", `${path}/${enc(k.id)}`);
		location.hash = link("");
	} }, t("set.routing.delete"));
	const words = (what, list) => list.map((w) => [w, t(`set.skills.${what}${w}`)]);
	const preferred = el("div", { hidden: k.criteria !== "preferred" },
		field(t("set.skills.by"), pick("preferred_by", k.preferred_by || "case", words("by.", ["case", "contact"]))),
		field(t("set.skills.fallback"), pick("fallback_when", k.fallback_when || "offline", words("fallback.", ["offline", "available"])), t("set.skills.fallback.hint")),
		field(t("set.skills.timeout"), number("timeout", k.timeout || "", { min: "1", max: "5256000" }), t("set.skills.timeout.hint")));
	const level = el("div", { hidden: k.direction === "outbound" },
		field(t("set.skills.first"), number("sla.first", k.sla?.first ? k.sla.first / 60 : "", { min: "0" }), t("set.skills.level.hint")),
		field(t("set.skills.resolution"), number("sla.resolution", k.sla?.resolution ? k.sla.resolution / 60 : "", { min: "0" })));
	const outbound = el("div", { hidden: k.direction !== "outbound" }, field(t("set.skills.personal"), tick("personal_connection", k.personal_connection)), field(t("set.skills.byoc"), tick("byoc", k.byoc)));
	const criteria = pick("criteria", k.criteria, words("criteria.", ["proficiency", "preferred", "least-busy", "most-busy"]), { onchange: (e) => { preferred.hidden = e.target.value !== "preferred"; } });
	const direction = pick("direction", k.direction, words("", ["inbound", "outbound"]), { onchange: (e) => { level.hidden = e.target.value === "outbound"; outbound.hidden = !level.hidden; } });
	return [warned, form({ save, label: k.name || t("set.skills.new"), more: remove },
		field(t("set.routing.name"), input("name", k.name, { maxlength: "30", required: true }), t("set.routing.name.hint")),
		field(t("set.skills.campaign"), pick("campaign", k.campaign, campaigns.map((c) => [c.id, c.name]))),
		field(t("set.skills.criteria"), criteria, t("set.skills.criteria.hint")), preferred,
		field(t("set.skills.direction"), direction), outbound, level,
		fold(t("set.skills.offers"), !!k.accept_reject, field(t("set.skills.accept"), tick("accept_reject", k.accept_reject), t("set.skills.accept.hint")),
			field(t("set.skills.seconds"), number("accept_seconds", k.accept_seconds || "", { min: "5", max: "3600" }), t("set.skills.seconds.hint"))),
		fold(t("set.skills.countdowns"), false, field(t("set.skills.agent"), number("agent_response_seconds", k.agent_response_seconds || "", { min: "0", max: "5256000" }), t("set.skills.agent.hint")),
			field(t("set.skills.customer"), number("customer_response_seconds", k.customer_response_seconds || "", { min: "0", max: "5256000" }), t("set.skills.customer.hint"))),
		fold(t("set.skills.more"), false, field(t("set.skills.template"), input("message_template", k.message_template), t("set.skills.template.hint")),
			field(t("set.skills.sub"), tick("sub_skills", k.sub_skills), t("set.skills.sub.hint"))))];
}
