/** Asks one server one question properly: EDNS, cookies, 0x20, TC to TCP, memory of servers. */
@NullMarked
package dev.namewell.core.exchange;

import org.jspecify.annotations.NullMarked;
