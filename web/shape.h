/* shape: what JSON looks like, written in one line, as JSON Schema. No I/O; for lines of our own only.
 *
 *   int  number  text  bool  time  cell (text, number or null)      Name (a schema of components)      [shape]      shape|null
 *   {name:shape, name?:shape, …}            ? = may be absent */
#pragma once

#include "store/out.h"

/* A malformed line is a bug. */
void shape_write(out *json, const char *name, const char *shape);
