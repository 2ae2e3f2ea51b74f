/** The subcommands of {@code namewell}. */
@NullMarked
package dev.namewell.server.app.command;

import org.jspecify.annotations.NullMarked;
