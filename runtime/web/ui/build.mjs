// Builds what the pages load: src/*.js and src/*.css become bundles, the icons in use become one sprite.
//
// Everything lands in ../static/dist under names that carry a hash of the content, so that a browser may keep a file
// for ever; manifest.json tells which file a logical name means. The output depends on the sources and the locked
// packages alone: each machine makes the same names. Files of earlier builds stay for a week, because a server that
// runs, and pages that are open, still ask for them.

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const SOURCES = join(HERE, "src");
const APPS = join(HERE, "..", "..", "..", "metadata", "apps");
const ICONS = join(HERE, "node_modules", "@tabler", "icons", "icons");
const TARGET = join(HERE, "..", "static", "dist");
const STAGE = `${TARGET}.new`;
const LIST = "manifest.json";
const WEEK = 7 * 24 * 60 * 60 * 1000;

async function main() {
  await rm(STAGE, { recursive: true, force: true });
  await mkdir(STAGE, { recursive: true });
  const names = await iconNames();
  const manifest = { ...(await bundle(await entries())), ...(await sprite(names)) };
  await writeJson("icons.json", names);
  await writeJson(LIST, sorted(manifest));
  await deliver();
  console.log(Object.values(sorted(manifest)).map((entry) => entry.file).join("\n"));
}

// The list comes last: until then it names the files of the build before, which are still there.
async function deliver() {
  await mkdir(TARGET, { recursive: true });
  const made = (await readdir(STAGE)).sort((one, other) => (one === LIST) - (other === LIST));
  for (const name of made) await rename(join(STAGE, name), join(TARGET, name));
  await rm(STAGE, { recursive: true, force: true });
  for (const name of (await readdir(TARGET)).filter((each) => !made.includes(each))) {
    const { mtimeMs } = await stat(join(TARGET, name));
    if (Date.now() - mtimeMs > WEEK) await rm(join(TARGET, name));
  }
}

async function entries() {
  const names = (await readdir(SOURCES)).sort();
  return names.filter((name) => /\.(js|css)$/.test(name)).map((name) => join(SOURCES, name));
}

async function bundle(entryPoints) {
  const result = await build({
    absWorkingDir: HERE,
    entryPoints,
    outdir: STAGE,
    entryNames: "[name]-[hash]",
    chunkNames: "chunk-[hash]",
    assetNames: "[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    minify: true,
    metafile: true,
    legalComments: "linked",
    logLevel: "warning",
    target: ["es2022", "chrome111", "firefox115", "safari16.4"],
    loader: { ".svg": "file", ".woff2": "file", ".png": "file" },
  });
  const manifest = {};
  for (const [output, { entryPoint }] of Object.entries(result.metafile.outputs)) {
    if (entryPoint) manifest[basename(entryPoint)] = await described(basename(output));
  }
  return manifest;
}

async function iconNames() {
  const wanted = new Map();
  for (const name of lines(await readFile(join(SOURCES, "icons.txt"), "utf8"))) wanted.set(name, "src/icons.txt");
  for (const file of await yamlFiles()) {
    for (const [, name] of (await readFile(file, "utf8")).matchAll(/\bicon:[ \t]*["']?([a-z0-9-]+)/g)) {
      if (!wanted.has(name)) wanted.set(name, relative(join(APPS, "..", ".."), file).split(sep).join("/"));
    }
  }
  const unknown = [...wanted].filter(([name]) => !existsSync(iconFile(name)));
  if (unknown.length) {
    const list = unknown.map(([name, file]) => `  ${name} (named in ${file})`).join("\n");
    throw new Error(`Tabler Icons has no icon of these names:\n${list}`);
  }
  return [...wanted.keys()].sort();
}

async function yamlFiles() {
  if (!existsSync(APPS)) return [];
  const names = (await readdir(APPS, { recursive: true })).sort();
  return names.filter((name) => /\.ya?ml$/.test(name)).map((name) => join(APPS, name));
}

async function sprite(names) {
  const symbols = await Promise.all(names.map(symbol));
  const text = `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`;
  const file = `icons-${digest("sha256", text, "hex").slice(0, 10)}.svg`;
  await writeFile(join(STAGE, file), text);
  return { "icons.svg": await described(file) };
}

async function symbol(name) {
  const shapes = [...(await readFile(iconFile(name), "utf8")).matchAll(/<(?!\/|svg)[a-z]+\s[^>]*>/g)].map(([tag]) => tag);
  const paint = name.endsWith("-filled")
    ? 'fill="currentColor" stroke="none"'
    : 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"';
  const visible = shapes.filter((tag) => !tag.includes('d="M0 0h24v24H0z"'));
  return `<symbol id="${name}" viewBox="0 0 24 24" ${paint}>${visible.join("")}</symbol>`;
}

function iconFile(name) {
  const filled = name.endsWith("-filled");
  return join(ICONS, filled ? "filled" : "outline", `${filled ? name.slice(0, -"-filled".length) : name}.svg`);
}

async function described(file) {
  return { file, integrity: `sha384-${digest("sha384", await readFile(join(STAGE, file)), "base64")}` };
}

function digest(algorithm, content, encoding) {
  return createHash(algorithm).update(content).digest(encoding);
}

function lines(text) {
  return text.split("\n").map((line) => line.replace(/#.*/, "").trim()).filter(Boolean);
}

function sorted(object) {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function writeJson(file, value) {
  await writeFile(join(STAGE, file), `${JSON.stringify(value, null, 2)}\n`);
}

await main();
