import {messages} from '../api';
import {dateTime} from '../format';
import {useTexts} from '../i18n';
import type {Address, Message} from '../types';

function addresses(list: Address[]): string {
	return list.map(({name, address}) => (name ? `${name} <${address}>` : address)).join(', ');
}

// What the mail really says about itself, and whether that was authenticated.
export function MessageDetails({message}: {message: Message}) {
	const t = useTexts();
	const auth = Object.entries(message.auth ?? {}).filter(([, result]) => result);
	const signatures = message.attachments.filter(({role}) => role === 'signature');
	const rows: [string, string][] = [
		[t('detail.from'), message.from ? addresses([message.from]) : ''],
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
				<dd>{auth.length === 0 ? t('detail.noAuth') : auth.map(([what, result]) => (
					<span key={what} class={`tag ${result === 'pass' ? 'tag-good' : result === 'fail' ? 'tag-bad' : ''}`}>{what.toUpperCase()} {result}</span>
				))}</dd>
			</div>
		</dl>
	);
}
