// Routing queues of the old kind: filters that send a new case to a skill. They can be changed, not made.
import { el, keep } from "/page/dom.js";
import { t } from "/page/words.js";
import { call, get } from "/page/api.js";
import { area, field, form, input, number, pick, table } from "/page/settings-form.js";

const path = "/guichet/queues";

export async function show(node, rest, link) {
	const [list, skills] = await Promise.all([get(path), get("/guichet/skills")]);
	const one = rest && list.find((q) => q.id === rest);
	if (rest) return keep(node, one ? edit(one, skills) : el("p.empty", {}, t("set.routing.gone")));
	keep(node, el("p", {}, t("set.queues.what"), " ", el("a", { href: "#/settings/skills/new" }, t("set.skills.new"))),
		table(t("set.queues"), [t("set.routing.name"), t("set.queues.skill"), t("set.queues.filters")], list.map((q) => [el("a", { href: link(q.id) }, q.name), q.skill, texts(q.filters).join(` ${t("set.queues.or")} `)]), t("set.queues.none")));
}

// A filter is written as one line: included-channels=support,billing & language=fr
const texts = (filters) => filters.map((f) => f.conditions.map((c) => `${c.type}=${c.values.join(",")}`).join(" & "));
const parse = (lines) => lines.map((line) => ({ conditions: line.split("&").map((part) => {
	const [type, values] = part.split("=");
	return { type: type.trim(), values: (values || "").split(",").map((v) => v.trim()).filter(Boolean) };
}) }));

function edit(q, skills) {
	const save = async (v) => { Object.assign(q, await call("PATCH", `${path}/${encodeURIComponent(q.id)}`, { name: v.name, skill: v.skill, rank: v.rank || 0, filters: parse(v.filters), version: q.version })); };
	return form({ save, label: q.name },
		field(t("set.routing.name"), input("name", q.name, { maxlength: "30", required: true }), t("set.routing.name.hint")),
		field(t("set.queues.skill"), pick("skill", q.skill, skills.map((k) => [k.id, k.name]))),
		field(t("set.queues.rank"), number("rank", q.rank || 0), t("set.queues.rank.hint")),
		field(t("set.queues.filters"), area("filters", texts(q.filters), { rows: "6" }), t("set.queues.filters.hint")));
}
