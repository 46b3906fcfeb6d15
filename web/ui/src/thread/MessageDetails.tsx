import {messages} from '../api';
import {dateTime} from '../format';
import {useTexts} from '../i18n';
import type {Message} from '../types';
import {addresses} from './Who';

const METHODS = ['spf', 'dkim', 'dmarc'] as const;

// Of what passed, whose it was: a signature of somebody else's proves nothing about From.
function domainOf(auth: Message['auth'], method: typeof METHODS[number]): string {
	return (method === 'spf' ? auth?.spf_domain : method === 'dkim' ? auth?.dkim_domain : '') || '';
}

// What the mail really says about itself, and whether that was authenticated.
export function MessageDetails({message}: {message: Message}) {
	const t = useTexts();
	const auth = METHODS.filter((method) => message.auth?.[method]);
	const signatures = message.attachments.filter(({role}) => role === 'signature');
	const rows: [string, string][] = [
		[t('detail.from'), message.authors.length ? addresses(message.authors) : message.via ? addresses([message.via]) : message.from ? addresses([message.from]) : ''],
		[t('detail.replyTo'), addresses(message.reply_to)],
		[t('detail.to'), addresses(message.to)],
		[t('detail.cc'), addresses(message.cc)],
		[t('detail.subject'), message.subject],
		[t('detail.date'), message.date ? dateTime(message.date) : ''],
		[t('detail.received'), dateTime(message.received)],
		[t('detail.envelope'), message.envelope ? `<${message.envelope.from}> → ${message.envelope.to.join(', ')}` : ''],
		[t('detail.id'), message.message_id ? `<${message.message_id}>` : ''],
	];
	return (
		<dl class="message-details">
			{rows.filter(([, said]) => said).map(([label, said]) => <div key={label}><dt>{label}</dt><dd>{said}</dd></div>)}
			{signatures.map(({id, name}) => (
				<div key={id}><dt>{t('detail.signature')}</dt><dd><a href={messages.attachment(message.id, id)} download={name}>{name}</a></dd></div>
			))}
			<div>
				<dt>{t('detail.auth')}</dt>
				<dd>{auth.length === 0 ? t('detail.noAuth') : auth.map((method) => {
					const result = message.auth?.[method];
					return <span key={method} class={`tag ${result === 'pass' ? 'tag-good' : result === 'fail' ? 'tag-bad' : ''}`}>{method.toUpperCase()} {result} {domainOf(message.auth, method)}</span>;
				})}</dd>
			</div>
		</dl>
	);
}
