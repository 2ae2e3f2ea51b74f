/** The program: command line, wiring, start and stop. */
@NullMarked
package dev.namewell.server.app;

import org.jspecify.annotations.NullMarked;
