@NullMarked
package dev.namewell.server.admin;

import org.jspecify.annotations.NullMarked;
