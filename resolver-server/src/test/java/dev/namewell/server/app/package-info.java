/** Tests of the command line and of logging. */
@NullMarked
package dev.namewell.server.app;

import org.jspecify.annotations.NullMarked;
