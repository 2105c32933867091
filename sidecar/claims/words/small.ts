/** The small words of English that the grammar goes by. */
export const words = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/));

export const DETERMINERS = words(
  `the a an this that these those my your our its his her their some any each every all both no another such half
  either neither several many few more most other`,
);

export const QUANTIFIERS = words(
  `all both each every some any several many few most half one two three four five six seven eight nine ten eleven
  twelve twenty thirty dozen couple pair rest remainder whole`,
);

export const PRONOUNS = words(
  `it them this that these those everything something anything nothing all both one ones each mine yours theirs
  itself me you him her us they he she we i same so neither either others another what whatever`,
);

export const OTHER_SUBJECTS = words(
  'you they he she it someone somebody everyone everybody nobody anyone who ci this that there',
);

export const PREPOSITIONS = words(
  `to on in into onto at by for from with without within of off over under against about after before behind below
  above between through via per during since until till upon across along around beside besides except inside near
  out outside past than toward towards up down like as w/ w/o next-to so because and or but then where when while
  which who whose that whenever if once unless whether versus vs plus minus instead`,
);

/** May stand between the parts of a verb phrase, and around it. */
export const ADVERBS = words(
  `now then also just next first finally immediately quickly simply again already really actually only still even
  too afterwards later soon shortly meanwhile right straight directly therefore thus hereby gladly happily today
  tonight tomorrow yesterday currently successfully safely manually automatically instead additionally further
  briefly certainly definitely carefully cleanly personally separately subsequently recently lastly secondly well
  locally together anyway though however ahead away once-more myself always promptly instantly accordingly probably
  correctly everywhere here there last twice once overnight rn
  regardless anyhow forthwith as-is`,
);

const LY_NOUNS = words(
  'assembly anomaly family reply supply apply only july early daily weekly monthly nightly friendly ugly',
);

/** Most words in -ly are adverbs. */
export function isAdverb(word: string): boolean {
  return ADVERBS.has(word) || (word.length > 4 && word.endsWith('ly') && !LY_NOUNS.has(word));
}

export const COORDINATORS = words('and then or & + plus but');

export const NEGATIONS = words(
  'not never no nothing none nobody neither nor hardly barely nowhere almost nearly half cannot without',
);

export const AUXILIARIES = words(
  'is are was were be been being am has have had do does did will would can could should shall must may might',
);

export const IMMEDIATE = words('now next immediately first asap straightaway');

export const INTERJECTIONS = words(
  `ok okay yes yeah yep sure right great done thanks sorry understood alright agreed cool perfect good no so and but
  then also now next first finally meanwhile afterwards instead otherwise well hence therefore today tonight tomorrow
  yesterday or because since however additionally brb yet either again anyway later perhaps maybe k btw fyi sadly apparently fortunately luckily by-the-way hi hey`,
);
