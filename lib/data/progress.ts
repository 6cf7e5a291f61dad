/** Called for each item that was handled. */
export type Progress = (step: {
  readonly what: 'read' | 'compared' | 'written' | 'skipped' | 'removed';
  readonly name: string;
}) => void;
