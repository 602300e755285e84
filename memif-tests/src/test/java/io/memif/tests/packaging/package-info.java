/**
 * The library in applications that are packed in different ways: class path, module path, one jar
 * of everything, a jar of jars, a class loader of its own.
 */
package io.memif.tests.packaging;
