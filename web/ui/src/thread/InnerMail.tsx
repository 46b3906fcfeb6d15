// A mail that is attached to a mail, to be read where it is.
import {useEffect, useState} from 'preact/hooks';
import {messages} from '../api';
import {linkify, thinMarks} from '../fold';
import {dateTime} from '../format';
import {explain} from '../hooks';
import {useTexts} from '../i18n';
import type {InnerMail as Mail} from '../types';

export function InnerMail({message, file, id}: {message: number; file: number; id: string}) {
	const t = useTexts();
	const [mail, setMail] = useState<Mail | null>(null);
	const [error, setError] = useState('');
	useEffect(() => {
		let here = true;
		messages.inner(message, file).then((got) => here && setMail(got), (problem) => here && setError(explain(problem)));
		return () => { here = false; };
	}, [message, file]);
	if (!mail) return <p id={id} class="muted inner-mail" role={error ? 'alert' : undefined}>{error || t('loading')}</p>;
	const rows: [string, string | undefined][] = [
		[t('detail.from'), mail.from], [t('detail.to'), mail.to], [t('detail.subject'), mail.subject],
		[t('detail.date'), mail.date && dateTime(mail.date)], [t('inner.files'), mail.files],
	];
	return (
		<section id={id} class="inner-mail" aria-label={mail.subject ?? t('inner.mail')}>
			<dl class="message-details">{rows.filter(([, said]) => said).map(([label, said]) => <div key={label}><dt>{label}</dt><dd>{said}</dd></div>)}</dl>
			{mail.text?.trim() ? <div class="text">{linkify(thinMarks(mail.text.trim())).map(({href, text}, at) => (
				href ? <a key={at} href={href} target="_blank" rel="noopener noreferrer">{text}</a> : text))}</div> : <p class="muted">{t('message.empty')}</p>}
		</section>
	);
}
