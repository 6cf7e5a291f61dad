import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

const index = join(__dirname, '../src/index.ts');

const { statements } = ts.createSourceFile(index, readFileSync(index, 'utf8'), ts.ScriptTarget.Latest);
/** What `import … from 'cdk8s-reconciler'` can give, types included. */
const names = statements
  .filter(ts.isExportDeclaration)
  .flatMap(({ exportClause }) =>
    exportClause && ts.isNamedExports(exportClause) ? exportClause.elements.map(({ name }) => name.text) : ['*'],
  );

it('the declaration has few names to learn', () => {
  expect(names).toContain('controller');
  expect(names).not.toContain('*');
  expect(names.length).toBeLessThanOrEqual(30);
});
