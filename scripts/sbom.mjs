// Writes a bill of materials of one of our crates, as CycloneDX 1.6: what is linked
// into it, from what cargo says of Cargo.lock, with licences and digests.
//   node scripts/sbom.mjs CRATE TARGET FILE
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(new URL("../end2end/package.json", import.meta.url));
const { Enums, Models, Serialize, Spec, Validation } = require("@cyclonedx/cyclonedx-library");
const { PackageURL } = require("packageurl-js");

const [crate, target, file] = process.argv.slice(2);
const cargo = (...words) => execFileSync("cargo", [...words, "--locked"], { encoding: "utf8", maxBuffer: 1 << 28 });
const metadata = JSON.parse(cargo("metadata", "--format-version=1", `--filter-platform=${target}`));
const packages = new Map(metadata.packages.map((known) => [known.id, known]));
const nodes = new Map(metadata.resolve.nodes.map((node) => [node.id, node]));

// Digests are in Cargo.lock alone.
const digests = new Map(
  readFileSync("Cargo.lock", "utf8")
    .split("[[package]]")
    .map((text) => ["name", "version", "checksum"].map((field) => RegExp(`^${field} = "(.*)"`, "m").exec(text)?.[1]))
    .map(([name, version, digest]) => [`${name}@${version}`, digest]),
);

// What is linked, and not what only builds or tests. The metadata have the features of the
// whole workspace, the tree those of this crate.
const tree = cargo("tree", `--package=${crate}`, `--target=${target}`, "--edges=normal", "--prefix=none", "--format={p}");
const inTree = new Set(tree.split("\n").map((line) => line.split(" ").slice(0, 2).join("@").replace("@v", "@")));
const isLinked = ({ pkg, dep_kinds: kinds }) => {
  const { name, version } = packages.get(pkg);
  return inTree.has(`${name}@${version}`) && kinds.some(({ kind }) => kind === null);
};
const linked = (node) => node.deps.filter(isLinked).map(({ pkg }) => pkg);

const components = new Map();
function component(id) {
  const known = components.get(id);
  if (known) return known;
  const { name, version, license, description, repository, source } = packages.get(id);
  const made = new Models.Component(Enums.ComponentType.Library, name, { version, description, bomRef: `${name}@${version}` });
  components.set(id, made);
  if (source) made.purl = new PackageURL("cargo", undefined, name, version, undefined, undefined).toString();
  if (license) made.licenses.add(new Models.LicenseExpression(license.replaceAll("/", " OR ")));
  const digest = digests.get(`${name}@${version}`);
  if (digest) made.hashes.set(Enums.HashAlgorithm["SHA-256"], digest);
  if (repository) {
    made.externalReferences.add(new Models.ExternalReference(repository, Enums.ExternalReferenceType.VCS));
  }
  for (const other of linked(nodes.get(id))) made.dependencies.add(component(other).bomRef);
  return made;
}

const root = metadata.packages.find(({ name, source }) => name === crate && source === null);
if (!root) throw new Error(`${crate} is none of our crates`);
const bom = new Models.Bom({ metadata: new Models.Metadata({ component: component(root.id) }) });
bom.metadata.component.type = Enums.ComponentType.Application;
for (const [id, made] of components) if (id !== root.id) bom.components.add(made);

const text = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6)).serialize(bom, {
  sortLists: true,
  space: 2,
});
const wrong = await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text);
if (wrong !== null) throw new Error(`it is no CycloneDX: ${JSON.stringify(wrong).slice(0, 600)}`);
writeFileSync(file, `${text}\n`);
console.log(`   ${file}: ${bom.components.size} libraries`);
