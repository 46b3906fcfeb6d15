// What is left to chance in the mixed load. No seed: so many at once would not repeat anyway.
import {randomInt} from 'node:crypto';

export const below = (limit) => randomInt(limit);
export const pick = (list) => list[below(list.length)];

const words = 'lamp order parcel colour broken invoice refund delivery blue green two three please when never kitchen garden bulb switch cable return label Łódź Zürich déjà'.split(' ');
// COUNT words a search can find again.
export const prose = (count) => Array.from({length: count}, () => pick(words)).join(' ');
