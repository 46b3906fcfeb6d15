import {fileSize} from '../format';
import {t} from '../i18n';
import type {ReplyStart} from '../types';

// How much may be attached, said before anything is.
export function fileLimits(limits: ReplyStart['limits'] | undefined): string {
	return limits ? t('files.limits', {n: limits.files, size: fileSize(limits.total)}) : '';
}
