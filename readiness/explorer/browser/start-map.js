"use strict";
readiness.state.carry();
readiness.map();
