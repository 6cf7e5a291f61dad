// Bundles what runs in the second thread of an operator into a text that any bundler takes along.
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { buildSync } = require('esbuild');

const folder = join(__dirname, '..', 'reconciler', 'src', 'thread');
const file = join(folder, 'source.ts');

/** @returns the text of source.ts */
function threadSource() {
  const { outputFiles } = buildSync({
    entryPoints: [join(folder, 'main.ts')],
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    conditions: ['cdk8s-source'],
    legalComments: 'none',
    logLevel: 'warning',
    write: false,
  });
  const [{ text }] = outputFiles;
  return `// Of scripts/thread.cjs: main.ts and what it imports.\nexport const source = ${JSON.stringify(text)};\n`;
}

module.exports = { file, threadSource };

if (require.main === module) writeFileSync(file, threadSource());
