#include "store/wording.h"

#include <stddef.h>
#include <string.h>

static const struct {
	const char *language;
	const char *sentences[WORDING_COUNT];
} tables[] = {
	{"en", {"Message forwarded to", "Comment:", "Fwd: Customer message", "Hi %s,", "%s wanted to forward this discussion to you.", "%s added:",
		"Discussion history:", "Open it in the desk:", "Set a new password",
		"A new password can be set here; the link works once, and not for long:"}},
	{"fr", {"Message transmis à", "Commentaire :", "TR: Message d'un client", "Bonjour %s,", "%s souhaite vous transférer cette discussion.",
		"%s a ajouté :", "Historique de la discussion :", "L'ouvrir dans l'application :", "Définir un nouveau mot de passe",
		"Vous pouvez définir un nouveau mot de passe ici ; le lien ne sert qu'une fois et expire bientôt :"}},
	{"nl", {"Bericht doorgestuurd aan", "Opmerking:", "Doorsturen: klantenbericht", "Hallo %s,", "%s wil deze discussie naar u doorsturen.",
		"%s voegde toe:", "Geschiedenis van de discussie:", "Openen in de desk:", "Stel een nieuw wachtwoord in",
		"Hier kunt u een nieuw wachtwoord instellen; de link werkt eenmaal en niet lang:"}},
	{"pl", {"Wiadomość przekazana do", "Komentarz:", "TR: Wiadomość od klienta", "Dzień dobry, %s,", "%s przekazuje Ci tę dyskusję.",
		"%s dodaje:", "Historia dyskusji:", "Otwórz w panelu:", "Ustaw nowe hasło",
		"Tutaj można ustawić nowe hasło; link działa raz i tylko przez krótki czas:"}},
};

const char *
wording_get(enum wording which, const char *language)
{
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		if (!strcmp(tables[i].language, language))
			return tables[i].sentences[which];
	return tables[0].sentences[which];
}
