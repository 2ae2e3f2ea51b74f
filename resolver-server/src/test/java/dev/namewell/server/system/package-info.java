/** The whole program as its users meet it: real clients, real servers, real hosts. */
@NullMarked
package dev.namewell.server.system;

import org.jspecify.annotations.NullMarked;
