"use strict";
// What the scripts of a page share; each adds its own.
const readiness = {};
