/** `app`, `!app`, `app=web`, `app==web`, `app!=web`. */
const requirement = /^\s*(!?)\s*([^\s!=]+)\s*(?:(!?=)=?\s*(\S*)\s*)?$/;

/**
 * Whether a selector surely selects what has these labels. Sets, such as `tier in (a,b)`, are left to the API server:
 * of them nothing is sure.
 */
export function selects(selector: string, labels: Readonly<Record<string, string>> = {}): boolean {
  return selector.split(',').every((part) => {
    const [, not, key = '', operator, value] = requirement.exec(part) ?? [];
    if (key === '') return false;
    if (operator === '=') return labels[key] === value;
    if (operator === '!=') return labels[key] !== value;
    return (labels[key] === undefined) === (not === '!');
  });
}
