/** What the program says while it runs: levels and the forms of a line. */
@NullMarked
package dev.namewell.server.app.log;

import org.jspecify.annotations.NullMarked;
