/* page: the UI's files, out of the binary. */
#pragma once

#include "web/http.h"

/* Answers GET and HEAD of whatever is not the API: a file, the frame for HTML mail, else the page that finds its own way. */
void page_answer(const struct request *request, struct reply *reply);
/* TRUE when CODING ("br", "gzip") is acceptable by the header TEXT (NULL: none). */
bool page_accepts(const char *text, const char *coding);
