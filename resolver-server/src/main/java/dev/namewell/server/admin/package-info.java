/** The doors for operators: HTTP for machines, a control socket for people. */
@NullMarked
package dev.namewell.server.admin;

import org.jspecify.annotations.NullMarked;
