// Why a mail of ours did not leave: what mail servers say stays as they said it, the courier's own sentences are put into the reader's language.
import type {Key} from '../i18n';

const REASONS: Record<string, Key> = {
	'it hung up': 'reason.hungUp',
	'it hung up before the mail\'s end': 'reason.hungUp',
	'the connection broke': 'reason.broke',
	'the connection is gone': 'reason.broke',
	'it was too slow': 'reason.slow',
	'there was no time to wait for it': 'reason.slow',
	'its answer is none of SMTP': 'reason.noSmtp',
	'it sends a line without end': 'reason.noSmtp',
	'it offers no log-in (AUTH), but a user is set': 'reason.noAuth',
	'a password is not sent without TLS': 'reason.noTls',
	'the sender is no address that mail can come from': 'reason.sender',
	'the courier ended before the mail server\'s answer came: it may have arrived': 'reason.ended',
	'taken out of the queue': 'reason.removed',
	'it was answered': 'reason.answered',
};

// DETAIL in words for the reader; TRANSLATE: the catalog.
export function reasonText(detail: string, translate: (key: Key) => string): string {
	const own = REASONS[detail] ?? REASONS[detail.replace(/^[^ ]+: |^the mail server: /, '')];
	return own ? translate(own) : detail;
}
