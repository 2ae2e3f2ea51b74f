package dev.namewell.server.config;

/**
 * One thing that is wrong in a configuration, or doubtful.
 *
 * @param place {@code FILE:line:col}, or the variable or option that holds the value
 * @param line line in the file from 1; 0 where the place is no file
 * @param column from 1; 0 where the place is no file
 * @param path the key, as {@code routes[0].upstreams}; empty where there is none
 * @param message what is wrong and what is allowed
 */
public record Problem(String place, int line, int column, String path, String message) {
  /** {@code FILE:line:col path: message}. */
  @Override
  public String toString() {
    return place + (path.isEmpty() ? "" : " " + path) + ": " + message;
  }
}
