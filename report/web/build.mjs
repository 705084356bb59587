// Bundles src/ to one script and one style sheet.
//
//   node build.mjs FOLDER             writes FOLDER/page.js and FOLDER/page.css
//   node build.mjs --compare FOLDER   fails if FOLDER holds anything else
import { build } from "esbuild";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { argv, exit } from "node:process";

const compare = argv[2] === "--compare";
const folder = argv.at(-1);

const { outputFiles } = await build({
  entryPoints: [{ in: "src/main.ts", out: "page" }, { in: "src/page.css", out: "page" }],
  bundle: true,
  minify: true,
  charset: "utf8",
  format: "iife",
  target: ["es2022", "chrome111", "firefox113", "safari16.4"],
  legalComments: "none",
  outdir: "dist",
  write: false,
});

await mkdir(folder, { recursive: true });
for (const { path, contents } of outputFiles) {
  const target = join(folder, path.split(/[\\/]/).at(-1));
  if (!compare) {
    await writeFile(target, contents);
  } else if (!(await readFile(target)).equals(contents)) {
    console.error(`${target} is not what src/ builds: run "npm run build" and commit it`);
    exit(1);
  }
}
