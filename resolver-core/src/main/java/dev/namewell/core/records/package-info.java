/** The bridge to dnsjava: text form of records and zones. */
@NullMarked
package dev.namewell.core.records;

import org.jspecify.annotations.NullMarked;
