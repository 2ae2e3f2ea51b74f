/** Tests of reading a configuration. */
@NullMarked
package dev.namewell.server.config;

import org.jspecify.annotations.NullMarked;
