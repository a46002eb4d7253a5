// Checks a CloudFormation template against the AWS service specification (npm @aws-cdk/aws-service-spec): resource types, property names, types,
// allowed values, required properties, and that every Ref and Fn::GetAtt names something that is there.
//
//   node schema.mjs TOOLS TEMPLATE.json     (TOOLS: the folder that install.sh filled)
//
// Prints a line per finding and exits 1 if there is one.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const [tools, path] = process.argv.slice(2);
const { loadAwsServiceSpecSync } = createRequire(resolve(tools) + '/')('@aws-cdk/aws-service-spec');
const db = loadAwsServiceSpecSync();
const template = JSON.parse(readFileSync(path, 'utf8'));
const resources = template.Resources ?? {};
const findings = [];
const found = (where, what) => findings.push(`${where}: ${what}`);

// An intrinsic ({Ref}, {Fn::...}) stands for a value that is known on deployment alone.
const isObject = (v) => v !== null && typeof v === 'object' && !Array.isArray(v);
const isIntrinsic = (v) => isObject(v) && Object.keys(v).length === 1 && /^(Ref|Condition|Fn::.*)$/.test(Object.keys(v)[0]);

const specs = new Map();
function specOf(type) {
  if (!specs.has(type)) specs.set(type, db.lookup('resource', 'cloudFormationType', 'equals', type)[0]);
  return specs.get(type);
}

// Each check returns what is wrong, as [path, message] pairs; none means right.
const scalar = {
  string: (v) => ['string', 'number', 'boolean'].includes(typeof v),
  number: (v) => !isNaN(Number(v)) && ['string', 'number'].includes(typeof v),
  integer: (v) => Number.isInteger(Number(v)) && ['string', 'number'].includes(typeof v),
  boolean: (v) => typeof v === 'boolean' || v === 'true' || v === 'false',
  'date-time': (v) => typeof v === 'string',
};

function wrong(v, type, where) {
  if (isIntrinsic(v) || type.type === 'json') return [];
  if (type.type in scalar) return wrongScalar(v, type, where);
  switch (type.type) {
    case 'array':
      return Array.isArray(v) ? v.flatMap((x, i) => wrong(x, type.element, `${where}[${i}]`)) : [[where, 'is no list']];
    case 'map':
      return isObject(v) ? Object.entries(v).flatMap(([k, x]) => wrong(x, type.element, `${where}.${k}`)) : [[where, 'is no map']];
    case 'ref':
      return wrongProperties(v, db.get('typeDefinition', type.reference.$ref).properties, where);
    case 'tag':
      return isObject(v) && 'Key' in v ? [] : [[where, 'is no tag']];
    case 'union': {
      const all = type.types.map((t) => wrong(v, t, where));
      return all.some((w) => w.length === 0) ? [] : all.sort((a, b) => a.length - b.length)[0];
    }
  }
  return [];
}

function wrongScalar(v, type, where) {
  if (!scalar[type.type](v)) return [[where, `is no ${type.type}: ${JSON.stringify(v)}`]];
  if (type.allowedValues && !type.allowedValues.map(String).includes(String(v))) {
    return [[where, `is ${JSON.stringify(v)}, not one of ${type.allowedValues.join(' ')}`]];
  }
  return [];
}

function wrongProperties(v, properties, where) {
  if (isIntrinsic(v)) return [];
  if (!isObject(v)) return [[where, 'is no object']];
  const list = [];
  for (const [name, x] of Object.entries(v)) {
    if (!(name in properties)) list.push([`${where}.${name}`, 'is not known']);
    else list.push(...wrong(x, properties[name].type, `${where}.${name}`));
  }
  for (const [name, p] of Object.entries(properties)) {
    if (p.required && !(name in v)) list.push([`${where}.${name}`, 'is missing']);
  }
  return list;
}

// Every Ref and Fn::GetAtt below v, wherever it stands.
function references(v, where) {
  if (Array.isArray(v)) return v.forEach((x, i) => references(x, `${where}[${i}]`));
  if (!isObject(v)) return;
  if (typeof v.Ref === 'string' && Object.keys(v).length === 1) checkRef(v.Ref, where);
  if ('Fn::GetAtt' in v) checkGetAtt(v['Fn::GetAtt'], where);
  for (const [k, x] of Object.entries(v)) references(x, `${where}.${k}`);
}

function checkRef(name, where) {
  if (name.startsWith('AWS::') || name in resources || name in (template.Parameters ?? {})) return;
  found(where, `Ref to ${name}, which is not there`);
}

function checkGetAtt(target, where) {
  const [name, attribute] = Array.isArray(target) ? [target[0], target.slice(1).join('.')] : String(target).split(/\.(.*)/s);
  const spec = resources[name] && specOf(resources[name].Type);
  if (!resources[name]) found(where, `Fn::GetAtt of ${name}, which is not there`);
  else if (spec && !(attribute in spec.attributes)) found(where, `${resources[name].Type} has no attribute ${attribute}`);
}

for (const [id, r] of Object.entries(resources)) {
  const spec = specOf(r.Type);
  if (!spec) found(id, `no such type: ${r.Type}`);
  else wrongProperties(r.Properties ?? {}, spec.properties, id).forEach(([where, what]) => found(where, what));
  references(r.Properties ?? {}, id);
}
references(template.Outputs ?? {}, 'Outputs');

findings.forEach((f) => console.log(f));
console.log(`schema: ${Object.keys(resources).length} resources, ${findings.length} findings`);
process.exit(findings.length ? 1 : 0);
