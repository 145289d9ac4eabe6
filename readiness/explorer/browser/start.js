"use strict";
readiness.start();
