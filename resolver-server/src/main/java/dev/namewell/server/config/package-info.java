/** From a YAML file and the environment to settings, with every problem told. */
@NullMarked
package dev.namewell.server.config;

import org.jspecify.annotations.NullMarked;
