/* thread_csv: the filtered list as CSV, all of its rows. They wait in a file without a name, so that a long list costs no memory. */
#pragma once

#include "web/call.h"

void thread_csv_answer(struct call *call); /* GET /threads.csv, filters as GET /threads; bom=1: with a byte order mark */
