/* language: which one is a text in? libexttextcat lives here alone. Not for several threads. */
#pragma once

/* Once per process, before any confinement: reads the fingerprints. Without them every guess is "". */
void language_init(void);

/* ISO 639-1, static; "" when TEXT (UTF-8) is too short or too mixed to be sure. */
const char *language_guess(const char *text);
