import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import { chinese, english, type Texts } from './texts.js';

/** Languages of the page. */
export type Language = 'en' | 'zh';

/** Each language by its own name. */
export const languages: readonly (readonly [Language, string])[] = [
  ['en', 'English'],
  ['zh', '中文'],
];

const tables: Readonly<Record<Language, Texts>> = { en: english, zh: chinese };
const remembered = 'language';

/** The language of all components below it. */
export const LanguageContext = createContext<Language>('en');

/** The language that was chosen here before, else the browser's; and how to choose another. */
export function useLanguage(): readonly [Language, (next: Language) => void] {
  const [language, setLanguage] = useState<Language>(() =>
    (localStorage.getItem(remembered) ?? navigator.language).startsWith('zh') ? 'zh' : 'en',
  );
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const choose = (next: Language) => {
    localStorage.setItem(remembered, next);
    setLanguage(next);
  };
  return [language, choose];
}

/** All texts in the language of the page. */
export function useTexts(): Texts {
  return tables[useContext(LanguageContext)];
}

/** Shows a time of the API, such as 2026-11-30T03:00:00Z, in the way of the language. */
export function useTime(): (text: string | undefined) => string {
  const language = useContext(LanguageContext);
  return (text) => (text ? new Date(text).toLocaleString(language) : '');
}
