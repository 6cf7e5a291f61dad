import { expect, test } from 'vitest';
import { createTables } from './create-tables.js';

test('tables of different dialects and spellings read the same', () => {
  const one = createTables(`
/* a comment; with CREATE TABLE \`ghost\` ( */
CREATE TABLE \`pets\` (
  \`id\` bigint(20) unsigned NOT NULL AUTO_INCREMENT COMMENT 'id, of a pet',
  \`name\` varchar(64) default '' COMMENT 'name (or nick)',
  \`tame\` boolean NOT NULL,
  \`legs\` int(10) NOT NULL DEFAULT 4,
  \`born\` datetime(3) DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (\`id\`),
  UNIQUE INDEX \`uk_name\` (\`name\` ASC, \`born\` ASC) USING BTREE
) ENGINE=InnoDB COMMENT='pets';
INSERT INTO pets (id) VALUES (1);`);
  const other = createTables(`
CREATE TABLE IF NOT EXISTS pets (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name varchar(64) DEFAULT '',
  tame tinyint(1) NOT NULL,
  legs int NOT NULL DEFAULT '4',
  born datetime(3) DEFAULT CURRENT_TIMESTAMP(3),
  UNIQUE KEY uk_name (name, born)
);`);
  expect(one).toEqual({
    pets: {
      columns: {
        id: 'bigint unsigned NOT NULL AUTO_INCREMENT',
        name: "varchar(64) DEFAULT ''",
        tame: 'tinyint(1) NOT NULL',
        legs: "int NOT NULL DEFAULT '4'",
        born: 'datetime(3) DEFAULT CURRENT_TIMESTAMP(3)',
      },
      keys: { PRIMARY: '(id)', uk_name: 'UNIQUE (name, born)' },
    },
  });
  expect(other).toEqual(one);
});
