// Rings for a try, and says of each thing that a notification needs whether it is there.
import {useEffect, useState} from 'preact/hooks';
import {askPermission, permission, ring, sound, tryDesktop} from '../desktop';
import {useTexts} from '../i18n';
import {isQuiet} from '../notify';
import {Dialog} from '../parts/Dialog';
import {Icon} from '../parts/icons';
import {link, session, useValue} from '../store';

export function BellTest({onClose}: {onClose: () => void}) {
	const t = useTexts();
	const allowed = useValue(permission);
	const loud = useValue(sound);
	const connection = useValue(link);
	const notify = useValue(session)?.notify;
	const [audible, setAudible] = useState<boolean | null>(null);
	const quiet = isQuiet(notify?.quiet ?? null);
	useEffect(() => {
		void ring().then(setAudible);
		tryDesktop(t('test.title'), t('test.body'));
	}, [allowed]);
	const checks: [string, boolean, string][] = [
		['connection', connection === 'up' || connection === 'back', t(connection === 'up' || connection === 'back' ? 'test.connected' : 'test.notConnected')],
		['secure', isSecureContext, t(isSecureContext ? 'test.secure' : 'test.insecure')],
		['permission', allowed === 'granted', t(allowed === 'granted' ? 'test.allowed' : allowed === 'denied' ? 'test.denied' : allowed === 'default' ? 'test.notAsked' : 'test.unavailable')],
		['sound', loud, t(loud ? 'test.soundOn' : 'test.soundOff')],
		['audible', audible !== false, t(audible === false ? 'test.inaudible' : 'test.audible')],
		['quiet', !quiet, t(quiet ? 'test.quietNow' : 'test.notQuiet')],
		['kinds', Boolean(notify?.bell.length), t(notify?.bell.length ? 'test.kinds' : 'test.noKinds')],
	];
	return (
		<Dialog title={t('test.button')} onClose={onClose} footer={<button type="button" class="btn btn-primary" onClick={onClose}>{t('close')}</button>}>
			<p>{t('test.rung')}</p>
			<ul class="checks">
				{checks.map(([name, ok, text]) => (
					<li key={name} data-check={name} class={ok ? 'check-good' : 'check-bad'}><Icon name={ok ? 'check' : 'warn'} /><span class="visually-hidden">{t(ok ? 'test.ok' : 'test.look')}: </span><span>{text}</span></li>
				))}
			</ul>
			<div class="page-actions">
				{allowed === 'default' && <button type="button" class="btn btn-quiet" onClick={() => void askPermission()}>{t('desktop.ask')}</button>}
				{!loud && <button type="button" class="btn btn-quiet" onClick={() => sound.set(true)}>{t('test.turnSoundOn')}</button>}
			</div>
		</Dialog>
	);
}
